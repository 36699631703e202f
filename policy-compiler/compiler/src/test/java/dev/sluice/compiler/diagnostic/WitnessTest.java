package dev.sluice.compiler.diagnostic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.diagnostic.Witness.Caller;
import dev.sluice.compiler.diagnostic.Witness.Decision;
import dev.sluice.compiler.diagnostic.Witness.Destination;
import dev.sluice.compiler.diagnostic.Witness.Request;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WitnessTest {

  @Test
  void a_plaintext_connection_reads_as_one_sentence() {
    var orders = new Destination.Workload("Deployment", "shop/orders", 8080);

    assertThat(Witness.connection(new Caller.Plaintext(), orders, Decision.ALLOW).sentence())
        .isEqualTo("any plaintext client may reach port 8080 of Deployment shop/orders");
  }

  @Test
  void a_request_shows_its_line_and_headers() {
    var web = new Caller.Principal("cluster.local/ns/shop/sa/web");
    var request = new Request("GET", "api.shop", "/orders", Map.of("x-tenant", "a"));

    assertThat(
            Witness.request(web, new Destination.Service("shop/api", 80), request, Decision.DENY)
                .sentence())
        .isEqualTo(
            "`cluster.local/ns/shop/sa/web` may not send `GET api.shop/orders` with"
                + " `x-tenant: a` to port 80 of Service shop/api");
  }
}
