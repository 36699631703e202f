package dev.sluice.ztunnel.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ztunnel.dns.Messages.ResourceRecord;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A resolver that knows nothing of this proxy gets along with it.
@Timeout(30)
class RealResolverTest {

  private DnsBed bed;
  private DnsNameResolver resolver;

  @BeforeEach
  void start() throws IOException {
    bed = new DnsBed();
    resolver =
        new DnsNameResolverBuilder(bed.transport().loops().next())
            .datagramChannelFactory(EpollDatagramChannel::new)
            .socketChannelFactory(EpollSocketChannel::new)
            .nameServerProvider(new SingletonDnsServerAddressStreamProvider(bed.address()))
            .resolvedAddressTypes(ResolvedAddressTypes.IPV4_ONLY)
            .searchDomains(List.of("shop.svc.cluster.local", "svc.cluster.local", "cluster.local"))
            .ndots(5)
            .build();
  }

  @AfterEach
  void stop() throws IOException {
    resolver.close();
    bed.close();
  }

  private List<String> resolve(String name) throws Exception {
    return resolver.resolveAll(name).get().stream().map(InetAddress::getHostAddress).toList();
  }

  @Test
  void names_are_found_by_way_of_its_search_domains() throws Exception {
    assertThat(resolve("api")).containsExactly("10.96.0.10");
    assertThat(resolve("api.other")).containsExactly("10.96.0.20");
    assertThat(resolve("www.example.com")).containsExactly("240.0.0.1");
    assertThat(resolve("db")).containsExactlyInAnyOrder("10.0.0.10", "10.0.0.11");
    assertThat(resolve("db-1.db")).containsExactly("10.0.0.11");
    assertThat(bed.server.heard()).isEmpty();
  }

  @Test
  void a_list_that_needs_a_stream_arrives_whole() throws Exception {
    ResourceRecord[] many =
        IntStream.range(1, 200)
            .mapToObj(i -> ResourceRecord.a(60, "192.0.2." + i))
            .toArray(ResourceRecord[]::new);
    bed.server.answer(query -> List.of(Messages.reply(query, Messages.RESPONSE, many)));

    assertThat(resolve("example.org.")).hasSize(199);
  }

  @Test
  void a_name_that_nobody_knows_is_unknown() {
    bed.server.answer(
        query -> List.of(Messages.reply(query, Messages.RESPONSE | Rcode.NAME_ERROR)));

    assertThatThrownBy(() -> resolve("nobody.example.org.")).isInstanceOf(ExecutionException.class);
  }
}
