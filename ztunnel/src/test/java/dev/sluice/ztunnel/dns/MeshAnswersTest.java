package dev.sluice.ztunnel.dns;

import static dev.sluice.ztunnel.dns.Messages.A;
import static dev.sluice.ztunnel.dns.Messages.AAAA;
import static dev.sluice.ztunnel.dns.Messages.CNAME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runtime.mesh.StaticMesh;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class MeshAnswersTest {

  private DnsBed bed;

  @BeforeEach
  void start() throws IOException {
    bed = new DnsBed();
    bed.server.answer(
        query -> List.of(Messages.reply(query, Messages.RESPONSE | Rcode.NAME_ERROR)));
  }

  @AfterEach
  void stop() throws IOException {
    bed.close();
  }

  @ParameterizedTest
  @CsvSource({
    "api, 10.96.0.10",
    "api.shop, 10.96.0.10",
    "api.shop.svc, 10.96.0.10",
    "api.shop.svc.cluster.local, 10.96.0.10",
    "API.Shop.SVC.cluster.LOCAL, 10.96.0.10",
    "api.other, 10.96.0.20",
    "www.example.com, 240.0.0.1",
    "a.wild.example.com, 240.0.0.2",
    "a.b.wild.example.com, 240.0.0.2",
    "db-0.db.shop.svc.cluster.local, 10.0.0.10",
    "db-1.db.shop.svc.cluster.local, 10.0.0.11",
  })
  void a_name_of_the_mesh_is_answered_by_the_mesh(String name, String address) throws IOException {
    var answer = bed.ask(name, A);

    assertThat(answer.addresses()).containsExactly(address);
    assertThat(answer.isAuthoritative()).isTrue();
    assertThat(answer.code()).isZero();
    assertThat(answer.id()).isEqualTo(7);
    assertThat(answer.answers())
        .allSatisfy(record -> {
          assertThat(record.ttl()).isEqualTo(30);
          assertThat(record.name()).isEqualToIgnoringCase(name + ".");
        });
    assertThat(bed.server.heard()).isEmpty();
  }

  @Test
  void each_family_is_asked_for_by_itself() throws IOException {
    assertThat(bed.ask("api", AAAA).addresses()).containsExactly("fd01:0:0:0:0:0:0:10");
  }

  @Test
  void a_name_without_an_address_of_the_family_exists_all_the_same() throws IOException {
    for (String name : List.of("www.example.com", "elsewhere", "empty")) {
      var answer = bed.ask(name, name.equals("www.example.com") ? AAAA : A);
      assertThat(answer.answers()).as(name).isEmpty();
      assertThat(answer.code()).as(name).isZero();
      assertThat(answer.isAuthoritative()).as(name).isTrue();
    }
    assertThat(bed.server.heard()).isEmpty();
  }

  @Test
  void without_ipv6_no_such_address_is_given_to_anybody() throws IOException {
    try (var ipv4 = new DnsBed(DnsSettings.Families.ONLY_IPV4)) {
      var answer = ipv4.ask("api", AAAA);
      assertThat(answer.answers()).isEmpty();
      assertThat(answer.code()).isZero();
      assertThat(ipv4.ask("api", A).addresses()).isNotEmpty();
    }
  }

  @Test
  void a_headless_service_is_its_healthy_endpoints() throws IOException {
    assertThat(bed.ask("db", A).addresses()).containsExactlyInAnyOrder("10.0.0.10", "10.0.0.11");
    assertThat(bed.ask("db", AAAA).addresses()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "secret.other.svc.cluster.local", // of another namespace, and private to it
    "dynamic.example.com", // a host without addresses, which lives in another DNS
    "db-2.db.shop.svc.cluster.local", // unhealthy
    "db-0.api.shop.svc.cluster.local", // not headless
    "nothing.shop.svc.cluster.local",
    "wild.example.com",
    "example.org",
    "''",
  })
  void what_the_mesh_does_not_know_is_for_others_to_answer(String name) throws IOException {
    var answer = bed.ask(name, A);

    assertThat(answer.code()).isEqualTo(Rcode.NAME_ERROR);
    assertThat(answer.isAuthoritative()).isFalse();
    assertThat(bed.server.heard()).hasSize(1);
  }

  @Test
  void a_name_with_a_search_domain_behind_it_is_an_alias_of_what_it_stands_for()
      throws IOException {
    var answer = bed.ask("www.example.com.shop.svc.cluster.local", A);

    assertThat(answer.answers()).extracting(Messages.Answer::type).containsExactly(CNAME, A);
    assertThat(answer.answers().getLast().name()).isEqualTo("www.example.com.");
    assertThat(answer.addresses()).containsExactly("240.0.0.1");
  }

  @Test
  void an_answer_too_long_for_a_datagram_is_cut_and_a_stream_brings_all_of_it() throws IOException {
    byte[] query = Messages.query(9, "large.example.com", A);

    byte[] plain = bed.askBytes(query);
    assertThat(plain.length).isBetween(480, 512);
    assertThat(Messages.read(plain).isTruncated()).isTrue();
    assertThat(bed.askByStream(query).addresses()).hasSize(99);
    assertThat(bed.askByStream(query).isTruncated()).isFalse();
  }

  @Test
  void whoever_takes_longer_datagrams_is_sent_them_and_told_what_we_take() throws IOException {
    var whole = bed.ask(Messages.extended(9, "large.example.com", A, 4_096));
    assertThat(whole.addresses()).hasSize(99);
    assertThat(whole.additional())
        .singleElement()
        .satisfies(options -> {
          assertThat(options.type()).isEqualTo(Messages.OPT);
          assertThat(options.dnsClass()).isEqualTo(Edns.SAFE_PAYLOAD);
        });

    var cut = Messages.extended(9, "large.example.com", A, 700);
    assertThat(bed.askBytes(cut).length).isBetween(650, 700);
    assertThat(bed.ask("api", A).additional()).isEmpty();
  }

  @Test
  void addresses_come_in_another_order_each_time() throws IOException {
    byte[] query = Messages.extended(9, "large.example.com", A, 4_096);
    assertThat(bed.ask(query).addresses())
        .isNotEqualTo(bed.ask(query).addresses())
        .containsExactlyInAnyOrderElementsOf(bed.ask(query).addresses());
  }

  @Test
  void a_pod_the_mesh_does_not_know_yet_waits_until_it_does() throws Exception {
    StaticMesh known = bed.mesh.current();
    bed.mesh.replace(StaticMesh.empty());
    var answer =
        CompletableFuture.supplyAsync(() -> {
          try {
            return bed.ask("api", A);
          } catch (IOException failed) {
            throw new AssertionError(failed);
          }
        });

    assertThat(bed.ask("example.org", Messages.MX).code()).isEqualTo(Rcode.NAME_ERROR);
    assertThat(answer).isNotDone();

    bed.mesh.replace(known);
    assertThat(answer.get(5, TimeUnit.SECONDS).addresses()).containsExactly("10.96.0.10");
  }

  @Test
  void a_pod_the_mesh_never_knows_is_told_of_a_failure() throws IOException {
    bed.mesh.replace(StaticMesh.empty());
    assertThat(bed.ask("api", A).code()).isEqualTo(Rcode.SERVER_FAILURE);
  }

  @Test
  void requests_are_counted_under_the_names_of_upstream() throws IOException {
    bed.ask("api", A);
    bed.askByStream(Messages.query(1, "example.org", A));

    assertThat(bed.scraped())
        .contains("istio_dns_requests_total{", "request_query_type=\"a\"")
        .contains("request_protocol=\"tcp\"", "source_canonical_service=\"web\"")
        .contains("istio_dns_upstream_requests_total{")
        .contains("istio_dns_upstream_request_duration_seconds_bucket{");
  }
}
