package dev.sluice.runtime.identity.wire;

import dev.sluice.controlplane.ca.CertificateAuthority;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.schemas.istio.auth.v1.IstioCertificateRequest;
import dev.sluice.schemas.istio.auth.v1.IstioCertificateResponse;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/// Istio's certificate service over the control plane's own authority.
public final class FakeAuthority {

  /// Who signs, and which roots it names beside its own; changed as one.
  private record Signer(CertificateAuthority authority, List<String> otherRoots) {}

  private final AtomicReference<Signer> signer;
  private final List<IstioCertificateRequest> requests = new CopyOnWriteArrayList<>();
  private volatile Status refusal = Status.OK;
  private volatile Duration validity = Duration.ofHours(1);

  public FakeAuthority(Path home) {
    signer = new AtomicReference<>(new Signer(open(home), List.of()));
  }

  private static CertificateAuthority open(Path home) {
    if (!(CertificateAuthority.open(home, new TrustDomain("cluster.local"), InstantSource.system())
        instanceof CertificateAuthority.Opened.Ready(var ready))) {
      throw new AssertionError("no authority in " + home);
    }
    return ready;
  }

  /// The root of the authority in a directory.
  public static String rootsOf(Path home) {
    return open(home).rootsPem();
  }

  /// Signs with the root in a directory from now on, and names these roots too.
  public void signWith(Path home, String... otherRoots) {
    signer.set(new Signer(open(home), List.of(otherRoots)));
  }

  public void issueFor(Duration each) {
    validity = each;
  }

  /// Refuses everything with this status; OK ends that.
  public void refuse(Status status) {
    refusal = status;
  }

  public List<IstioCertificateRequest> requests() {
    return List.copyOf(requests);
  }

  public ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(CertificateService.NAME)
        .addMethod(CertificateService.CREATE, ServerCalls.asyncUnaryCall(this::answer))
        .build();
  }

  private void answer(
      IstioCertificateRequest request, StreamObserver<IstioCertificateResponse> response) {
    requests.add(request);
    String wanted =
        request.getMetadata().getFieldsOrThrow(CertificateService.IMPERSONATED).getStringValue();
    var now = signer.get();
    var issued =
        now.authority().issue(request.getCsr(), SpiffeId.parse(wanted).orElseThrow(), validity);
    if (!refusal.isOk()) {
      response.onError(refusal.asRuntimeException());
    } else if (issued instanceof CertificateAuthority.Issued.Certificate certificate) {
      var roots = new ArrayList<>(now.otherRoots());
      roots.addFirst(now.authority().rootsPem());
      response.onNext(
          IstioCertificateResponse.newBuilder()
              .addCertChain(certificate.chainPem())
              .addCertChain(String.join("", roots))
              .build());
      response.onCompleted();
    } else {
      response.onError(
          Status.INVALID_ARGUMENT.withDescription(issued.toString()).asRuntimeException());
    }
  }
}
