package dev.sluice.waypoint.server;

import static dev.sluice.waypoint.server.Policies.allow;
import static dev.sluice.waypoint.server.Policies.deny;
import static dev.sluice.waypoint.server.Policies.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.shard.PolicyShard.WaypointBinding;
import dev.sluice.runtime.bundle.PolicySnapshot;
import dev.sluice.runtime.hbone.TunnelException;
import dev.sluice.runtime.hbone.TunnelFailure;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TunnelTest {

  private final World world = new World();

  @AfterEach
  void end() {
    world.close();
  }

  private int refusal(String authority) throws InterruptedException {
    var opening = world.open(World.WEB, authority);
    assertThat(opening.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(opening.isSuccess()).isFalse();
    TunnelFailure failure = ((TunnelException) opening.cause()).failure();
    return failure instanceof TunnelFailure.Refused(int status) ? status : -1;
  }

  @Test
  void only_services_bound_here_are_served() throws InterruptedException {
    assertThat(refusal("10.96.0.99:80")).isEqualTo(404);
    assertThat(refusal("10.96.0.11:80")).isEqualTo(404);
    assertThat(refusal("10.96.0.10:81")).isEqualTo(404);
    assertThat(refusal("api.shop:80")).isEqualTo(400);
    assertThat(refusal("localhost:80")).isEqualTo(400);
    assertThat(refusal("nonsense")).isEqualTo(400);
  }

  @Test
  void without_a_policy_nothing_is_served() throws InterruptedException {
    Wire before = world.wire();
    world.policy.swap(PolicySnapshot.none("test"));

    assertThat(refusal(World.HTTP)).isEqualTo(503);
    assertThat(before.ask("GET", "/").status()).isEqualTo(503);
  }

  @Test
  void a_binding_that_only_one_side_knows_is_drift() throws InterruptedException {
    Wire before = world.wire();
    world.swap(List.of(), List.of(), List.of(), List.of());
    assertThat(refusal(World.HTTP)).isEqualTo(503);
    Wire.Reply reply = before.ask("GET", "/");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.body()).isEqualTo("binding_drift");

    world.swap(
        List.of(),
        List.of(),
        List.of(),
        List.of(
            new WaypointBinding("shop", "api", "shop", "waypoint"),
            new WaypointBinding("shop", "api-v1", "shop", "waypoint")));
    assertThat(refusal("10.96.0.11:80")).isEqualTo(503);
  }

  @Test
  void bytes_pass_through_a_tcp_port_and_a_new_policy_cuts_them() {
    Wire wire = world.wire(World.WEB, World.TCP);
    wire.send("GET /raw HTTP/1.1\r\nHost: a\r\n\r\n");
    wire.await(text -> text.contains("GET /raw"));
    world.enforce(
        List.of(allow(Policies.from("cluster.local/ns/shop/sa/web"))), List.of(), List.of());
    wire.send("GET /still HTTP/1.1\r\nHost: a\r\n\r\n");
    wire.await(text -> text.contains("GET /still"));
    assertThat(wire.hasEnded()).isFalse();

    world.enforce(List.of(deny(Condition.always())), List.of(), List.of());
    wire.awaitEnd();
  }

  @Test
  void a_tcp_port_is_decided_before_it_is_connected() throws InterruptedException {
    world.enforce(
        List.of(deny(Policies.from("cluster.local/ns/shop/sa/web"))), List.of(), List.of());
    assertThat(refusal(World.TCP)).isEqualTo(401);
    world.enforce(List.of(deny(path("/admin"))), List.of(), List.of());
    assertThat(refusal(World.TCP)).isEqualTo(401);
    world.enforce(List.of(allow(path("/open"))), List.of(), List.of());
    assertThat(refusal(World.TCP)).isEqualTo(401);
    assertThat(world.v1.connections.get() + world.v2.connections.get()).isZero();
  }

  @Test
  void an_undeclared_port_speaks_what_its_first_bytes_say() {
    world.enforce(List.of(deny(path("/admin"))), List.of(), List.of());
    assertThat(world.wire(World.WEB, World.UNDECLARED).ask("GET", "/admin").status())
        .isEqualTo(403);
    assertThat(world.wire(World.WEB, World.UNDECLARED).ask("GET", "/x").status()).isEqualTo(200);
    Wire bytes = world.wire(World.WEB, World.UNDECLARED);
    bytes.send("EHLO me\r\n");
    assertThat(bytes.awaitEnd()).isEmpty();
    Wire silent = world.wire(World.WEB, World.UNDECLARED);
    silent.awaitEnd();
  }

  @Test
  void a_new_policy_decides_the_next_request_of_an_open_connection() {
    Wire wire = world.wire();
    wire.send("GET /admin HTTP/1.1\r\nHost: a\r\n\r\n");
    wire.await(text -> text.contains("GET /admin"));
    world.enforce(List.of(deny(path("/admin"))), List.of(), List.of());

    assertThat(wire.ask("GET", "/admin").lines()).isNotEmpty();
    assertThat(wire.awaitEnd()).contains("403 Forbidden");
  }

  @Test
  void a_request_in_flight_finishes_while_the_waypoint_leaves() throws InterruptedException {
    Wire wire = world.wire();
    wire.send("GET /slow HTTP/1.1\r\nHost: a\r\nX-Delay: 400\r\n\r\n");
    org.awaitility.Awaitility.await().until(() -> world.activity.requests() == 1);
    Wire idle = world.wire();
    idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    idle.await(text -> text.contains("GET /"));
    world.activity.leave();

    String text = wire.awaitEnd();
    assertThat(text).startsWith("HTTP/1.1 200").contains("connection: close").contains("GET /slow");
    idle.awaitEnd();
    assertThat(refusal(World.HTTP)).isEqualTo(503);
  }
}
