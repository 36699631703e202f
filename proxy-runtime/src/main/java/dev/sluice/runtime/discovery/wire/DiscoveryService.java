package dev.sluice.runtime.discovery.wire;

import dev.sluice.runtime.wire.ProtoMethod;
import dev.sluice.schemas.envoy.discovery.v3.DeltaDiscoveryRequest;
import dev.sluice.schemas.envoy.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.MethodDescriptor;

/// The gRPC service of a discovery server, and the types of its resources. Source: xDS protocol,
/// aggregated incremental variant; Istio's workload API.
public final class DiscoveryService {

  public static final String NAME = "envoy.service.discovery.v3.AggregatedDiscoveryService";

  /// Workloads and Services.
  public static final String ADDRESS_TYPE = "type.googleapis.com/istio.workload.Address";

  /// L4 policies.
  public static final String AUTHORIZATION_TYPE =
      "type.googleapis.com/istio.security.Authorization";

  /// The extension with the labels of a workload.
  public static final String LABELS_TYPE = "type.googleapis.com/sluice.workload.v1.Labels";

  public static final MethodDescriptor<DeltaDiscoveryRequest, DeltaDiscoveryResponse> DELTA =
      ProtoMethod.of(
          MethodDescriptor.MethodType.BIDI_STREAMING,
          NAME + "/DeltaAggregatedResources",
          DeltaDiscoveryRequest.parser(),
          DeltaDiscoveryResponse.parser());

  private DiscoveryService() {}
}
