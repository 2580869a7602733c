package org.staccato.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.harness.SnapshotFixture;
import org.staccato.users.UserRecord;
import org.staccato.users.UserRecord.LongKey;
import org.staccato.users.UserRecord.TextKey;
import org.staccato.users.UserScorer;
import org.staccato.users.UserStates;
import org.staccato.users.UserStatesOptions;
import org.staccato.users.table.UserTable;

/**
 * The form of a file, assembled byte by byte from {@code docs/serving.md}: reading such a file and
 * writing the table gives the same bytes.
 */
class SnapshotFormTest extends SnapshotFixture {
  private static final UserStatesOptions OPTIONS = new UserStatesOptions(100, EVENTS);
  private static final int TEXT = 1 << 30;

  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
  private int blocks;

  private void put(int kind, ByteBuffer payload) {
    payload.flip();
    ByteBuffer frame = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    frame.putInt(kind).putInt(payload.remaining()).putInt(blocks++);
    CRC32C checksum = new CRC32C();
    checksum.update(frame.array(), 0, 12);
    checksum.update(payload.duplicate());
    bytes.put(frame.putInt((int) checksum.getValue()).flip()).put(payload);
  }

  private static ByteBuffer payload() {
    return ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A user in a payload. */
  private record Entry(long user, long total, List<Integer> numbers, byte[] state) {
    void putTo(ByteBuffer payload) {
      // Each is the only user of its stripe, so the count of uses is 1.
      payload.putLong(user).putLong(1).putLong(total);
      payload.putInt(state.length > 0 ? 1 : 0).putInt(numbers.size());
      numbers.forEach(payload::putInt);
      payload.put(state);
    }
  }

  @Test
  void theDocumentedFormIsReadAndWritten() throws IOException {
    try (LiveModel live = LiveModel.open(model);
        Scorer plain = live.newScorer()) {
      UserState state = plain.newState();
      for (int event = 0; event < 20; event++) {
        plain.step(state, event);
      }
      byte[] stateBytes = new byte[(int) state.byteSize()];
      state.copyTo(MemorySegment.ofArray(stateBytes), 0);
      List<Entry> entries =
          new ArrayList<>(
              List.of(
                  new Entry(7, 20, List.of(15, 16, 17, 18, 19), stateBytes),
                  new Entry(-9, 100, List.of(3, TEXT + 1, TEXT), new byte[0]),
                  new Entry(Long.MAX_VALUE, 0, List.of(), new byte[0])));
      entries.sort(Comparator.comparingInt(entry -> UserTable.stripeOf(entry.user())));
      Files.write(file, file(live, stateBytes.length, entries));
      try (UserStates users = UserStates.restore(file, live, OPTIONS);
          UserScorer scorer = users.newScorer()) {
        scorer.acquire();
        assertEquals(plain.score(state, 3), scorer.score(7, 3));
        assertEquals(0, users.gauges().rebuilds());
        assertEquals(
            new UserRecord(
                -9, 100, List.of(new LongKey(3), new TextKey("täglich 茶"), new TextKey("tea"))),
            users.exportUser(-9).orElseThrow());
        assertEquals(
            new UserRecord(Long.MAX_VALUE, 0, List.of()),
            users.exportUser(Long.MAX_VALUE).orElseThrow());
      }
      try (UserStates users = UserStates.restore(file, live, OPTIONS)) {
        users.writeSnapshot(folder.resolve("again"));
      }
      assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(folder.resolve("again")));
    }
  }

  private byte[] file(LiveModel live, int stateBytes, List<Entry> entries) {
    ByteBuffer header = payload();
    header.put("STUSER02".getBytes(StandardCharsets.US_ASCII)).putInt(EVENTS).putInt(stateBytes);
    header.put(live.version().digest().getBytes(StandardCharsets.US_ASCII));
    put(1, header);
    ByteBuffer users = payload();
    entries.forEach(entry -> entry.putTo(users));
    put(3, users);
    ByteBuffer longs = payload();
    for (long key = 0; key < 40; key++) {
      longs.putLong(key);
    }
    put(2, longs);
    ByteBuffer texts = payload();
    for (String text : List.of("tea", "täglich 茶")) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      texts.putInt(utf8.length).put(utf8);
    }
    put(5, texts);
    put(4, payload().putLong(42).putLong(entries.size()));
    byte[] whole = new byte[bytes.flip().remaining()];
    bytes.get(whole);
    return whole;
  }
}
