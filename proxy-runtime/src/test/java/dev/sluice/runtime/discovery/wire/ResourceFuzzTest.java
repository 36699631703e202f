package dev.sluice.runtime.discovery.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import dev.sluice.runtime.discovery.wire.WorkloadReader.NamedPolicies;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.mesh.MeshUpdate;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.schemas.envoy.discovery.v3.Resource;
import java.util.List;

/// Reads the resources of `ResourceFuzzTestInputs`; with `JAZZER_FUZZ=1` Jazzer goes on from there.
class ResourceFuzzTest {

  private static Resource resource(String type, byte[] bytes) {
    return Resource.newBuilder()
        .setName("fuzz")
        .setResource(Any.newBuilder().setTypeUrl(type).setValue(ByteString.copyFrom(bytes)))
        .build();
  }

  @FuzzTest(maxDuration = "10m")
  void an_address_is_refused_or_something_the_mesh_can_hold(byte[] bytes) {
    try {
      var entry =
          Addresses.entry(resource(DiscoveryService.ADDRESS_TYPE, bytes), NamedPolicies.KEPT);
      var mesh = new LiveMesh(StaticMesh.empty());
      switch (entry) {
        case Addresses.Entry.OfWorkload(var workload) -> {
          mesh.apply(MeshUpdate.of(List.of(workload), List.of(), List.of()));
          assertThat(mesh.current().workloadByUid(entry.key())).contains(workload);
        }
        case Addresses.Entry.OfService(var service) -> {
          mesh.apply(MeshUpdate.of(List.of(), List.of(service), List.of()));
          assertThat(mesh.current().serviceByKey(entry.key())).contains(service);
        }
      }
    } catch (Refused refused) {
      assertThat(refused.reason()).isNotEmpty();
    }
  }

  @FuzzTest(maxDuration = "10m")
  void a_policy_is_refused_or_something_that_can_decide(byte[] bytes) {
    try {
      var policy = PolicyReader.read(resource(DiscoveryService.AUTHORIZATION_TYPE, bytes));
      assertThat(policy.key()).contains("/");
    } catch (Refused refused) {
      assertThat(refused.reason()).isNotEmpty();
    }
  }
}
