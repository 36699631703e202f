package dev.sluice.controlplane.ca;

import dev.sluice.engine.identity.SpiffeId;
import java.io.IOException;
import java.io.StringReader;
import java.util.Arrays;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/// Checks a PKCS#10 request before anything of it is signed.
final class CertificateRequest {

  private static final int MAX_SIZE = 16 * 1024;

  private CertificateRequest() {}

  /// What checking brought.
  sealed interface Checked {

    /// The key to certify, as it stands in the request.
    record Fit(SubjectPublicKeyInfo key) implements Checked {}

    record Unfit(Refusal refusal, String detail) implements Checked {}
  }

  static Checked check(String pem, SpiffeId id) {
    if (pem.length() > MAX_SIZE) {
      return new Checked.Unfit(Refusal.TOO_LARGE, "request of " + pem.length() + " characters");
    }
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      if (!(parser.readObject() instanceof PKCS10CertificationRequest request)
          || parser.readObject() != null) {
        return new Checked.Unfit(Refusal.MALFORMED, "not exactly one PKCS#10 request");
      }
      return check(request, id);
    } catch (IOException | PKCSException | OperatorCreationException | RuntimeException e) {
      // On hostile bytes the ASN.1 reader throws unchecked exceptions of a dozen kinds.
      return new Checked.Unfit(Refusal.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  private static Checked check(PKCS10CertificationRequest request, SpiffeId id)
      throws PKCSException, OperatorCreationException {
    SubjectPublicKeyInfo key = request.getSubjectPublicKeyInfo();
    if (!X9ObjectIdentifiers.id_ecPublicKey.equals(key.getAlgorithm().getAlgorithm())
        || !SECObjectIdentifiers.secp256r1.equals(key.getAlgorithm().getParameters())) {
      return new Checked.Unfit(Refusal.WRONG_KEY, "not an ECDSA P-256 key");
    }
    if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
      return new Checked.Unfit(Refusal.BAD_SIGNATURE, "not signed by the key it asks for");
    }
    GeneralName[] names = names(request);
    boolean exact =
        names.length == 1
            && names[0].getTagNo() == GeneralName.uniformResourceIdentifier
            && names[0].getName().toString().equals(id.uri());
    return exact
        ? new Checked.Fit(key)
        : new Checked.Unfit(
            Refusal.WRONG_IDENTITY, "asks for " + Arrays.toString(names) + ", not `" + id + "`");
  }

  private static GeneralName[] names(PKCS10CertificationRequest request) {
    int requests = request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest).length;
    Extensions extensions = requests == 1 ? request.getRequestedExtensions() : null;
    GeneralNames names =
        extensions == null
            ? null
            : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
    return names == null ? new GeneralName[0] : names.getNames();
  }
}
