package dev.sluice.cli.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/// Lists one kind of object, page by page, and strips each object as it arrives.
final class Listing {

  static final long PAGE = 500;

  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final CapturedKind kind;
  private final Stripping stripping;

  Listing(KubernetesClient client, CapturedKind kind) {
    this.client = client;
    this.kind = kind;
    this.stripping = kind.stripping();
  }

  /// All objects in the namespaces, by namespace and name; none when the cluster does not have the
  /// kind at all.
  List<ObjectNode> of(SortedSet<String> namespaces) {
    for (String version : kind.versions()) {
      try {
        return inVersion(version, namespaces);
      } catch (KubernetesClientException absent) {
        if (absent.getCode() != NOT_FOUND) {
          throw absent;
        }
      }
    }
    return List.of();
  }

  private List<ObjectNode> inVersion(String version, SortedSet<String> namespaces) {
    List<ObjectNode> found = new ArrayList<>();
    var resources = client.genericKubernetesResources(kind.definition(version));
    if (kind.isNamespaced()) {
      for (Optional<String> scope : Capture.scopes(namespaces)) {
        found.addAll(
            pages(
                version,
                scope.isPresent()
                    ? resources.inNamespace(scope.get())
                    : resources.inAnyNamespace()));
      }
    } else {
      found.addAll(pages(version, resources));
      found.removeIf(object -> !isWanted(object, namespaces));
    }
    found.sort(
        Comparator.comparing(Listing::namespace)
            .thenComparing(object -> object.at("/metadata/name").asText()));
    return found;
  }

  /// Of the Namespaces only those asked for; what has no namespace is of interest everywhere.
  private boolean isWanted(ObjectNode object, SortedSet<String> namespaces) {
    return kind != CapturedKind.NAMESPACE
        || namespaces.isEmpty()
        || namespaces.contains(object.at("/metadata/name").asText());
  }

  private static String namespace(ObjectNode object) {
    return object.at("/metadata/namespace").asText();
  }

  /// A list that expires between two pages is read again, once.
  private List<ObjectNode> pages(
      String version, Listable<GenericKubernetesResourceList> resources) {
    try {
      return onePass(version, resources);
    } catch (KubernetesClientException expired) {
      if (expired.getCode() != GONE) {
        throw expired;
      }
      return onePass(version, resources);
    }
  }

  private List<ObjectNode> onePass(
      String version, Listable<GenericKubernetesResourceList> resources) {
    List<ObjectNode> found = new ArrayList<>();
    String next = "";
    do {
      var options = new ListOptionsBuilder().withLimit(PAGE);
      GenericKubernetesResourceList page =
          resources.list(next.isEmpty() ? options.build() : options.withContinue(next).build());
      page.getItems().forEach(item -> found.add(stripped(version, item)));
      String more = page.getMetadata() == null ? "" : page.getMetadata().getContinue();
      next = more == null ? "" : more;
    } while (!next.isEmpty());
    return found;
  }

  private ObjectNode stripped(String version, GenericKubernetesResource item) {
    ObjectNode whole = JSON.valueToTree(item);
    ObjectNode object = JSON.createObjectNode();
    object.put("apiVersion", kind.group().isEmpty() ? version : kind.group() + "/" + version);
    object.put("kind", kind.kind());
    object.setAll(stripping.strip(whole));
    String address = object.at("/spec/clusterIP").asText();
    if (object.get("spec") instanceof ObjectNode spec && !address.equals("None")) {
      spec.remove("clusterIP");
    }
    Ownership.mark(object, (ArrayNode) whole.at("/metadata").withArray("ownerReferences"));
    return object;
  }
}
