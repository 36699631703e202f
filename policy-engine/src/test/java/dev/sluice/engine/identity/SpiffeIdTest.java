package dev.sluice.engine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpiffeIdTest {

  @Test
  void reads_the_one_shape_that_is_an_identity() {
    assertThat(SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web"))
        .contains(SpiffeId.of("cluster.local", "shop", "web"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "cluster.local/ns/shop/sa/web",
        "SPIFFE://cluster.local/ns/shop/sa/web",
        "https://cluster.local/ns/shop/sa/web",
        "spiffe://cluster.local/ns/shop/sa/web/",
        "spiffe://cluster.local/ns/shop/sa/web/extra",
        "spiffe://cluster.local/ns/shop",
        "spiffe://cluster.local/ns//sa/web",
        "spiffe://cluster.local/ns/shop/sa/",
        "spiffe:///ns/shop/sa/web",
        "spiffe://Cluster.local/ns/shop/sa/web",
        "spiffe://cluster.local/namespace/shop/sa/web",
        "spiffe://cluster.local/ns/shop/sa/web admin",
        "spiffe://cluster.local/ns/shop\u0000/sa/web",
        "spiffe://cluster.local/ns/shöp/sa/web"
      })
  void takes_no_other_uri_for_an_identity(String uri) {
    assertThat(SpiffeId.parse(uri)).isEmpty();
  }

  @Test
  void writes_what_it_reads() {
    var id = SpiffeId.of("td.example", "a-b", "c.d");

    assertThat(SpiffeId.parse(id.uri())).contains(id);
    assertThat(SpiffeId.parsePrincipal(id.principal())).contains(id);
    assertThat(id.principal()).isEqualTo("td.example/ns/a-b/sa/c.d");
    assertThat(id).hasToString("spiffe://td.example/ns/a-b/sa/c.d");
  }

  @Test
  void refuses_segments_that_would_read_as_something_else() {
    assertThatThrownBy(() -> SpiffeId.of("cluster.local", "shop/sa/admin", "web"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SpiffeId.of("cluster.local", "shop", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SpiffeId.of("cluster/local", "shop", "web"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SpiffeId.of("a".repeat(256), "shop", "web"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
