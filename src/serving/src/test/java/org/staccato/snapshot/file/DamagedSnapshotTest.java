package org.staccato.snapshot.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.staccato.LiveModel;
import org.staccato.harness.Models;
import org.staccato.harness.SnapshotFixture;
import org.staccato.snapshot.SnapshotRejectedException;
import org.staccato.testkit.RandomSeed;
import org.staccato.users.UserStates;
import org.staccato.users.UserStatesOptions;

/** Files that are not complete snapshots. */
class DamagedSnapshotTest extends SnapshotFixture {
  @Test
  void aSnapshotOfAnotherFormatIsRefusedInOneSentence() throws IOException {
    try (LiveModel live = LiveModel.open(model);
        UserStates users = new UserStates(live, new UserStatesOptions(200, EVENTS))) {
      users.writeSnapshot(file);
      List<byte[]> blocks = blocksOf(Files.readAllBytes(file));
      // The header of format 01 also had the kind of all keys in it.
      ByteBuffer header = ByteBuffer.allocate(SnapshotBlocks.FRAME + 84);
      header.order(ByteOrder.LITTLE_ENDIAN).putInt(SnapshotBlocks.HEADER).putInt(84);
      header.position(SnapshotBlocks.FRAME).put("STUSER01".getBytes(StandardCharsets.US_ASCII));
      blocks.set(0, sealed(header));
      Files.write(file, joined(blocks));
      SnapshotRejectedException e =
          assertThrows(
              SnapshotRejectedException.class,
              () -> UserStates.restore(file, live, new UserStatesOptions(200, EVENTS)));
      assertEquals(
          file
              + ": header: found a snapshot of format 01, expected format 02,"
              + " the only one that this version of Staccato reads",
          e.getMessage());
    }
  }

  @Test
  void damageAtAnyPlaceIsRejected() throws IOException {
    long seed = RandomSeed.fresh();
    Random random = new Random(seed);
    try (LiveModel live = LiveModel.open(model);
        UserStates users = new UserStates(live, new UserStatesOptions(200, EVENTS))) {
      fill(users, 150);
      users.writeSnapshot(file);
      byte[] whole = Files.readAllBytes(file);
      for (int position = 0; position < whole.length; position += 1 + random.nextInt(150)) {
        byte[] damaged = whole.clone();
        damaged[position] ^= (byte) (1 << random.nextInt(8));
        assertRejected(live, damaged, "seed " + seed + ", byte " + position);
      }
      for (int length = 0; length < whole.length; length += 1 + random.nextInt(150)) {
        assertRejected(live, Arrays.copyOf(whole, length), "seed " + seed + ", length " + length);
      }
      assertRejected(live, Arrays.copyOf(whole, whole.length + 1), "one byte more");
      assertRejected(live, Files.readAllBytes(model), "another file");
    }
  }

  @Test
  void blocksThatAreMissingSwappedOrRepeatedAreNoticed() throws IOException {
    long[] keys = Models.keys(0, 300_000);
    Path large = Models.write(folder.resolve("large"), 1, 1, keys);
    try (LiveModel live = LiveModel.open(large);
        UserStates users = new UserStates(live, new UserStatesOptions(200, EVENTS))) {
      fill(users, 150);
      users.writeSnapshot(file);
      List<byte[]> blocks = blocksOf(Files.readAllBytes(file));
      assertTrue(blocks.size() >= 6, blocks.size() + " blocks");
      for (int i = 0; i < blocks.size(); i++) {
        List<byte[]> missing = new ArrayList<>(blocks);
        missing.remove(i);
        assertRejected(live, joined(missing), "without block " + i);
        List<byte[]> repeated = new ArrayList<>(blocks);
        repeated.add(i, blocks.get(i));
        assertRejected(live, joined(repeated), "block " + i + " twice");
        if (i > 0) {
          List<byte[]> swapped = new ArrayList<>(blocks);
          Collections.swap(swapped, i - 1, i);
          assertRejected(live, joined(swapped), "block " + i + " too early");
        }
      }
    }
  }

  /** A change of one block, after which its checksum is right again. */
  private record Forgery(int block, int offset, Consumer<ByteBuffer> change, String problem) {
    static Forgery ofInt(int block, int offset, int value, String problem) {
      return new Forgery(block, offset, bytes -> bytes.putInt(value), problem);
    }

    static Forgery ofLong(int block, int offset, long value, String problem) {
      return new Forgery(block, offset, bytes -> bytes.putLong(value), problem);
    }
  }

  @Test
  void impossibleContentsAreRefusedEvenIfTheirChecksumsAreRight() throws IOException {
    int header = 0;
    int users = 1;
    int longs = 2;
    int end = 4;
    String user = "found a user that cannot exist";
    List<Forgery> forgeries =
        List.of(
            Forgery.ofInt(header, 8, 0, "header: found 0 events"),
            Forgery.ofInt(header, 8, 65_537, "header: found 65537 events"),
            Forgery.ofInt(header, 12, 0, "states of 0 bytes"),
            Forgery.ofInt(header, 12, 1 << 30, "states of 1073741824 bytes"),
            Forgery.ofInt(header, 16, 0x20202020, "header: found the digest     "),
            Forgery.ofLong(users, 8, 0, user),
            Forgery.ofLong(users, 16, 2, user),
            Forgery.ofLong(users, 16, -1, user),
            Forgery.ofLong(users, 16, (1L << 62) + 1, user),
            Forgery.ofLong(users, 16, Long.MAX_VALUE, user),
            Forgery.ofInt(users, 24, 2, user),
            Forgery.ofInt(users, 28, -1, user),
            Forgery.ofInt(users, 28, EVENTS + 1, user),
            new Forgery(users, 0, bytes -> bytes.putInt(stateOf(bytes), 0x7fc00000), user),
            new Forgery(users, 0, bytes -> bytes.putInt(stateOf(bytes), 0xff800000), user),
            Forgery.ofInt(users, 32, 40, "found item 40 of 40"),
            Forgery.ofInt(users, 32, -1, "found item"),
            Forgery.ofInt(users, 32, 1 << 30, "found item 0 of 0"),
            Forgery.ofLong(end, 0, 41, "found 40 and 0 items, expected 41"),
            Forgery.ofLong(end, 8, 149, "found 150 users, expected 149"),
            new Forgery(longs, -12, bytes -> bytes.putInt(317), "found a key of 5 bytes"),
            Forgery.ofInt(end, -16, 9, "found a block of kind 9"));
    try (LiveModel live = LiveModel.open(model);
        UserStates table = new UserStates(live, new UserStatesOptions(200, EVENTS))) {
      fill(table, 150);
      table.writeSnapshot(file);
      byte[] whole = Files.readAllBytes(file);
      for (Forgery forgery : forgeries) {
        List<byte[]> blocks = blocksOf(whole);
        ByteBuffer block = ByteBuffer.wrap(blocks.get(forgery.block));
        block.order(ByteOrder.LITTLE_ENDIAN).position(SnapshotBlocks.FRAME + forgery.offset);
        forgery.change.accept(block);
        blocks.set(forgery.block, sealed(block));
        String message = assertRejected(live, joined(blocks), forgery.problem);
        assertTrue(message.contains(forgery.problem), message);
      }
    }
  }

  /** Returns the place of the first user's state, behind the events. */
  private static int stateOf(ByteBuffer bytes) {
    int first = bytes.position();
    assertEquals(1, bytes.getInt(first + 24), "the first user has a state");
    return first + 32 + Integer.BYTES * bytes.getInt(first + 28);
  }

  /** Cuts a block to the size in its frame, and gives it the right checksum. */
  private static byte[] sealed(ByteBuffer block) {
    block.clear().limit(SnapshotBlocks.FRAME + block.getInt(SnapshotBlocks.SIZE));
    block.putInt(SnapshotBlocks.CHECKSUM, SnapshotBlocks.checksum(new CRC32C(), block));
    byte[] bytes = new byte[block.limit()];
    block.get(0, bytes);
    return bytes;
  }

  private static List<byte[]> blocksOf(byte[] whole) {
    ByteBuffer bytes = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> blocks = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] block = new byte[SnapshotBlocks.FRAME + bytes.getInt(bytes.position() + 4)];
      bytes.get(block);
      blocks.add(block);
    }
    return blocks;
  }

  private static byte[] joined(List<byte[]> blocks) {
    ByteBuffer whole = ByteBuffer.allocate(blocks.stream().mapToInt(block -> block.length).sum());
    blocks.forEach(whole::put);
    return whole.array();
  }

  private String assertRejected(LiveModel live, byte[] bytes, String what) throws IOException {
    Path damaged = Files.write(folder.resolve("damaged"), bytes);
    SnapshotRejectedException e =
        assertThrows(
            SnapshotRejectedException.class,
            () -> UserStates.restore(damaged, live, new UserStatesOptions(200, EVENTS)),
            what);
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith(damaged + ": "), message);
    return message;
  }
}
