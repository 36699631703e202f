package dev.sluice.compiler.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.read.Node.MappingNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `kind: List` and its relatives become the objects they list, each at its own place.
class ListsTest {

  private static final String LIST =
      """
      # exported
      apiVersion: v1
      kind: List
      metadata:
        resourceVersion: ""
      items:
      - apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: one, namespace: shop}
        spec:
          rules:
          - {}
      -
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: two, namespace: shop}
        spec:
          action: DENY
          rules:
          - {}
      """;

  @Test
  void the_items_of_a_list_are_documents_at_their_own_lines() {
    Reading reading = Reading.of("list.yaml", LIST);

    assertThat(reading.places()).isEmpty();
    assertThat(reading.objects())
        .containsExactly("AuthorizationPolicy one 7", "AuthorizationPolicy two 14");
  }

  @Test
  void a_problem_in_an_item_is_found_at_its_own_place() {
    String wrong = LIST.replace("action: DENY", "action: DENY\n    Action: ALLOW");

    assertThat(Reading.errors("list.yaml", wrong.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .containsExactly("SLU1103 19:5");
  }

  @Test
  void a_list_in_json_is_read_the_same_way() {
    String json =
        """
        {"kind": "List", "apiVersion": "v1", "items": [
          {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}},
          {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "b"}}]}
        """;

    assertThat(Reading.of("list.json", json).objects())
        .isEqualTo(Reading.of("list.yaml", json).objects())
        .containsExactly("Namespace a 2", "Namespace b 3");
  }

  @Test
  void items_of_a_typed_list_take_version_and_kind_from_it() {
    Reading reading =
        Reading.of(
            "list.yaml",
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicyList
            metadata: {resourceVersion: "7"}
            items:
            - metadata: {name: bare, namespace: shop}
              spec: {rules: [{}]}
            - apiVersion: security.istio.io/v1
              kind: AuthorizationPolicy
              metadata: {name: full, namespace: shop}
            """);

    assertThat(reading.places()).isEmpty();
    assertThat(reading.objects())
        .containsExactly("AuthorizationPolicy bare 5", "AuthorizationPolicy full 7");
    MappingNode bare = reading.tree().documents().getFirst().root();
    assertThat(bare.text("apiVersion")).isEqualTo("security.istio.io/v1");
    assertThat(bare.entry("spec")).isNotNull();
  }

  @Test
  void items_of_a_plain_list_must_name_version_and_kind() {
    Reading reading =
        Reading.of("list.yaml", "apiVersion: v1\nkind: List\nitems:\n- metadata: {name: a}\n");

    assertThat(reading.places()).containsExactly("SLU1101 4:3");
    assertThat(reading.objects()).isEmpty();
  }

  @Test
  void half_an_identity_is_not_completed() {
    Reading reading =
        Reading.of(
            "list.yaml",
            "apiVersion: v1\nkind: NamespaceList\nitems:\n- {kind: Namespace, metadata: {}}\n");

    assertThat(reading.places()).containsExactly("SLU1101 4:3");
  }

  @Test
  void a_list_in_a_list_is_refused() {
    Reading reading =
        Reading.of(
            "list.yaml",
            """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: v1
              kind: List
              items:
              - {apiVersion: v1, kind: Namespace, metadata: {name: hidden}}
            - apiVersion: v1
              kind: NamespaceList
              items: []
            - {apiVersion: v1, kind: Namespace, metadata: {name: seen}}
            """);

    assertThat(reading.places()).containsExactly("SLU1018 5:9", "SLU1018 9:9");
    assertThat(reading.objects()).containsExactly("Namespace seen 11");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[{a: b}]", "{a: b}", "text"})
  void an_object_that_kubectl_takes_for_a_list_is_refused(String items) {
    Reading reading =
        Reading.of("p.yaml", "apiVersion: v1\nkind: ConfigMap\nitems: " + items + "\n");

    assertThat(reading.places()).containsExactly("SLU1019 3:1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " null", " []"})
  void a_list_without_items_holds_nothing(String items) {
    Reading reading = Reading.of("p.yaml", "apiVersion: v1\nkind: List\nitems:" + items + "\n");

    assertThat(reading.places()).isEmpty();
    assertThat(reading.objects()).isEmpty();
  }

  @Test
  void a_kind_that_only_ends_in_list_is_an_object() {
    Reading reading =
        Reading.of(
            "p.yaml", "apiVersion: a/v1\nkind: IpAllowList\nmetadata: {name: x}\nspec: {}\n");

    assertThat(reading.places()).isEmpty();
    assertThat(reading.objects()).containsExactly("IpAllowList x 1");
  }

  @Test
  void what_a_list_holds_besides_objects_is_refused() {
    Reading reading =
        Reading.of(
            "p.yaml",
            "apiVersion: v1\nkind: List\nspec: {}\nitems:\n- text\n- [a]\n-\n- {apiVersion: v1}\n");

    assertThat(reading.places())
        .containsExactly("SLU1103 3:1", "SLU1101 5:3", "SLU1101 6:3", "SLU1101 7:2", "SLU1101 8:3");
    assertThat(Reading.of("p.yaml", "apiVersion: v1\nkind: List\nitems: {a: b}\n").places())
        .containsExactly("SLU1101 3:8");
  }

  @Test
  void an_unsound_list_taints_its_items() {
    Reading reading = Reading.of("list.yaml", LIST.replace("name: two", "name: two, name: two"));

    assertThat(reading.places()).containsExactly("SLU1005 16:25");
    assertThat(reading.objects()).isEmpty();
  }
}
