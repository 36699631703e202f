package dev.sluice.runtime.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FairRoomTest {

  private static int fill(FairRoom<String> room, String tenant) {
    int entered = 0;
    while (room.tryEnter(tenant)) {
      entered++;
    }
    return entered;
  }

  @Test
  void one_that_takes_all_it_can_leaves_half() {
    FairRoom<String> room = FairRoom.of(1_000);

    assertThat(fill(room, "flooding")).isEqualTo(500);
    assertThat(room.tryEnter("quiet")).isTrue();
  }

  @Test
  void there_is_room_for_a_newcomer_however_many_flood() {
    FairRoom<String> room = FairRoom.of(1_000);
    for (int i = 0; i < 8; i++) {
      assertThat(fill(room, "flooding" + i)).isPositive();
    }

    assertThat(room.tryEnter("quiet")).isTrue();
  }

  @Test
  void a_place_given_back_can_be_taken_again() {
    FairRoom<String> room = FairRoom.of(10, 3);
    assertThat(fill(room, "a")).isEqualTo(3);

    room.leave("a");

    assertThat(fill(room, "a")).isEqualTo(1);
    for (int i = 0; i < 3; i++) {
      room.leave("a");
    }
    assertThat(room.used()).isZero();
    assertThat(room.used("a")).isZero();
  }
}
