package dev.sluice.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Small trees of policies for tests.
final class Trees {
  static final String SHOP = "../../examples/shop";

  static final String WORKLOAD =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: api, namespace: shop}
      spec:
        selector: {matchLabels: {app: api}}
        template:
          metadata: {labels: {app: api}}
          spec:
            serviceAccountName: api
            containers: [{name: api, image: api, ports: [{containerPort: 8080}]}]
      """;

  static final String SOUND =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata:
        name: api-callers
        namespace: shop
      spec:
        selector:
          matchLabels:
            app: api
        action: ALLOW
        rules:
        - from:
          - source:
              principals: ["cluster.local/ns/shop/sa/web"]
      """;

  /// A misspelt field, which is an error.
  static final String MISSPELT = SOUND.replace("principals:", "principal:");

  /// A prefix that covers more than it looks like, which is a warning.
  static final String LOOSE = SOUND.replace("ns/shop/sa/web", "ns/shop/sa/web*");

  static final String UNREAD =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings, namespace: shop}
      data: {a: b}
      """;

  private Trees() {}

  /// Writes documents to `policies.yaml` in a folder; the folder's path.
  static String write(Path folder, String... documents) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("policies.yaml"), String.join("---\n", documents));
      return folder.toString();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
