package dev.sluice.verify.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Allow and deny at each layer, by everything a rule can look at.
class DecisionsTest {

  private static final Map<String, String> NONE = Map.of();

  @TempDir Path dir;

  private static String policy(String name, String namespace, String spec) {
    return """
    apiVersion: security.istio.io/v1
    kind: AuthorizationPolicy
    metadata: {name: %s, namespace: %s}
    spec:
    %s
    ---
    """
        .formatted(name, namespace, spec.indent(2).stripTrailing());
  }

  private static String ledger(String rule) {
    return policy("ledger", "pay", "selector: {matchLabels: {app: ledger}}\n" + rule);
  }

  private static String api(String rule) {
    return policy("api", "shop", "targetRefs: [{group: \"\", kind: Service, name: api}]\n" + rule);
  }

  @Test
  void l4_decides_by_identity_namespace_port_and_address() throws Exception {
    try (WholeMesh mesh =
        WholeMesh.start(
            dir,
            ledger("rules:\n- from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]"))) {
      assertLedger(mesh, 200, 0, 0);
      mesh.publish(ledger("rules:\n- from: [{source: {namespaces: [pay]}}]"));
      assertLedger(mesh, 0, 0, 200);
      mesh.publish(ledger("action: DENY\nrules:\n- from: [{source: {notNamespaces: [shop]}}]"));
      assertLedger(mesh, 200, 200, 0);
      mesh.publish(ledger("rules:\n- to: [{operation: {ports: [\"9090\"]}}]"));
      assertLedger(mesh, 0, 0, 0);
      mesh.publish(ledger("rules:\n- to: [{operation: {ports: [\"8080\"]}}]"));
      assertLedger(mesh, 200, 200, 200);
      mesh.publish(
          ledger(
              "rules:\n- from: [{source: {ipBlocks: [\""
                  + Pod.OTHER.address(mesh.network())
                  + "\"]}}]"));
      assertLedger(mesh, 0, 200, 0);
    }
  }

  private static void assertLedger(WholeMesh mesh, int web, int other, int partner)
      throws IOException {
    assertThat(mesh.ask(Pod.WEB, Pod.LEDGER, "GET", "/", NONE)).isEqualTo(web);
    assertThat(mesh.ask(Pod.OTHER, Pod.LEDGER, "GET", "/", NONE)).isEqualTo(other);
    assertThat(mesh.ask(Pod.PARTNER, Pod.LEDGER, "GET", "/", NONE)).isEqualTo(partner);
  }

  @Test
  void l7_decides_by_identity_method_path_and_header() throws Exception {
    String rules =
        """
        rules:
        - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
          to: [{operation: {methods: [GET], paths: ["/orders*"]}}]
        - when: [{key: "request.headers[x-tenant]", values: [blue]}]
        """;
    try (WholeMesh mesh =
        WholeMesh.start(
            dir,
            api(rules)
                + policy(
                    "no-admin",
                    "shop",
                    """
                    targetRefs: [{group: "", kind: Service, name: api}]
                    action: DENY
                    rules:
                    - to: [{operation: {paths: ["/orders/admin*"]}}]
                    """))) {
      assertThat(mesh.ask(Pod.WEB, Pod.API, "GET", "/orders/7", NONE)).isEqualTo(200);
      assertThat(mesh.ask(Pod.OTHER, Pod.API, "GET", "/orders/7", NONE)).isEqualTo(403);
      assertThat(mesh.ask(Pod.WEB, Pod.API, "POST", "/orders/7", NONE)).isEqualTo(403);
      assertThat(mesh.ask(Pod.WEB, Pod.API, "GET", "/other", NONE)).isEqualTo(403);
      assertThat(mesh.ask(Pod.WEB, Pod.API, "GET", "/orders/admin", NONE)).isEqualTo(403);
      assertThat(mesh.ask(Pod.WEB, Pod.API, "GET", "/orders//admin/x", NONE)).isEqualTo(403);
      assertThat(mesh.ask(Pod.WEB, Pod.API, "GET", "/orders/./admin", NONE)).isEqualTo(403);
      assertThat(mesh.ask(Pod.OTHER, Pod.API, "POST", "/any", Map.of("X-Tenant", "blue")))
          .isEqualTo(200);
      assertThat(mesh.ask(Pod.OTHER, Pod.API, "POST", "/any", Map.of("X-Tenant", "red")))
          .isEqualTo(403);
    }
  }

  @Test
  void l7_decides_by_token() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
    String tokens =
        """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: tokens, namespace: shop}
        spec:
          targetRefs: [{group: "", kind: Service, name: api}]
          jwtRules:
          - issuer: https://idp.example
            audiences: [shop]
            jwks: '%s'
        ---
        """
            .formatted(new JWKSet(key.toPublicJWK()).toString());
    try (WholeMesh mesh =
        WholeMesh.start(
            dir,
            tokens
                + api("rules:\n- when: [{key: \"request.auth.claims[role]\", values: [clerk]}]"))) {
      assertThat(mesh.ask(Pod.WEB, Pod.API, "GET", "/", NONE)).isEqualTo(403);
      assertThat(bearing(mesh, token(key, "shop", "clerk"))).isEqualTo(200);
      assertThat(bearing(mesh, token(key, "shop", "guest"))).isEqualTo(403);
      assertThat(bearing(mesh, token(key, "elsewhere", "clerk"))).isEqualTo(403);
      ECKey forged = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
      assertThat(bearing(mesh, token(forged, "shop", "clerk"))).isEqualTo(401);
      assertThat(bearing(mesh, "not.a.token")).isEqualTo(401);
    }
  }

  private static int bearing(WholeMesh mesh, String token) throws IOException {
    return mesh.ask(Pod.WEB, Pod.API, "GET", "/", Map.of("Authorization", "Bearer " + token));
  }

  private static String token(ECKey key, String audience, String role) throws JOSEException {
    var token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer("https://idp.example")
                .subject("alice")
                .audience(audience)
                .claim("role", role)
                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                .build());
    token.sign(new ECDSASigner(key));
    return token.serialize();
  }

  @Test
  void plaintext_is_refused_under_strict_and_only_then() throws Exception {
    String strict =
        """
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: mesh, namespace: istio-system}
        spec: {mtls: {mode: %s}}
        """;
    try (WholeMesh mesh = WholeMesh.start(dir, strict.formatted("STRICT"))) {
      assertThat(plaintext(mesh)).isZero();
      assertThat(mesh.ask(Pod.WEB, Pod.LEDGER, "GET", "/", NONE)).isEqualTo(200);
      mesh.publish(strict.formatted("PERMISSIVE"));
      assertThat(plaintext(mesh)).isEqualTo(200);
    }
  }

  private static int plaintext(WholeMesh mesh) throws IOException {
    try (Talk talk = mesh.connectPlaintext(Pod.LEDGER)) {
      return talk.ask("GET", "/", NONE).status();
    }
  }

  @Test
  void a_workload_behind_a_waypoint_cannot_be_dialled_around_it() throws Exception {
    String get = "rules:\n- to: [{operation: {methods: [GET]}}]";
    try (WholeMesh mesh = WholeMesh.start(dir, api(get))) {
      assertThat(mesh.ask(Pod.WEB, Pod.API, "GET", "/", NONE)).isEqualTo(200);
      assertThat(direct(mesh, Pod.WEB)).isZero();
      try (Talk talk = mesh.connectPlaintext(Pod.API)) {
        assertThat(talk.ask("GET", "/", NONE).status()).isZero();
      }
      mesh.publish(
          api(get)
              .replace(
                  "namespace: shop}",
                  "namespace: shop, annotations: {sluice.dev/guard-exempt:"
                      + " cluster.local/ns/shop/sa/web}}"));
      assertThat(direct(mesh, Pod.WEB)).isEqualTo(200);
      assertThat(direct(mesh, Pod.OTHER)).isZero();
    }
  }

  private static int direct(WholeMesh mesh, Pod client) throws IOException {
    try (Talk talk = mesh.connectDirectly(client, Pod.API)) {
      return talk.ask("GET", "/", NONE).status();
    }
  }
}
