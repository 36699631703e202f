package dev.sluice.runtime.identity.wire;

import dev.sluice.runtime.wire.ProtoMethod;
import dev.sluice.schemas.istio.auth.v1.IstioCertificateRequest;
import dev.sluice.schemas.istio.auth.v1.IstioCertificateResponse;
import io.grpc.MethodDescriptor;

/// The gRPC service of the authority. Source: `istio.v1.auth.IstioCertificateService`.
public final class CertificateService {

  public static final String NAME = "istio.v1.auth.IstioCertificateService";

  /// The key in a request's metadata that names whom a node proxy asks for.
  public static final String IMPERSONATED = "ImpersonatedIdentity";

  public static final MethodDescriptor<IstioCertificateRequest, IstioCertificateResponse> CREATE =
      ProtoMethod.of(
          MethodDescriptor.MethodType.UNARY,
          NAME + "/CreateCertificate",
          IstioCertificateRequest.parser(),
          IstioCertificateResponse.parser());

  private CertificateService() {}
}
