package org.staccato.snapshot.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;
import org.staccato.format.ItemKeys;
import org.staccato.format.ItemKeys.Kind;
import org.staccato.snapshot.SnapshotRejectedException;
import org.staccato.users.items.ItemDictionary;
import org.staccato.users.table.StoredUser;
import org.staccato.users.table.Stripe;
import org.staccato.users.table.UserTable;

/**
 * Reads a table of users from a file, in the form of {@link SnapshotBlocks}. It checks all blocks
 * before it gives any of their contents away, so that nothing of a damaged file is used, and then
 * reads the items, which the file has after the users, and the users.
 */
public final class SnapshotReader implements AutoCloseable {
  private final BlockReader blocks;

  /** Carries the users. */
  private final StoredUser user;

  /** The last uses of the users of each stripe. */
  private final List<LongArrayList> uses =
      Stream.generate(LongArrayList::new).limit(UserTable.STRIPES).toList();

  /** The number of items that the end of the file names. */
  private long items;

  /** The numbers in the table of the items of the file, by their places in the file. */
  private final IntArrayList longs = new IntArrayList();

  private final IntArrayList texts = new IntArrayList();

  /**
   * Opens a file, and checks that it is a complete snapshot.
   *
   * @param path the file
   * @param mostEvents the most events of a user in a possible file
   * @throws SnapshotRejectedException if it is not
   * @throws IOException if it cannot be read
   */
  public SnapshotReader(Path path, int mostEvents) throws IOException {
    this.blocks = new BlockReader(path);
    boolean complete = false;
    try {
      this.user = readHeader(mostEvents);
      check();
      complete = true;
    } finally {
      if (!complete) {
        blocks.close();
      }
    }
  }

  private StoredUser readHeader(int mostEvents) throws IOException {
    if (!blocks.next() || blocks.kind() != SnapshotBlocks.HEADER) {
      throw blocks.rejected("found no header, expected a snapshot of a user table");
    }
    ByteBuffer header = blocks.payload();
    requireFormat(header);
    if (header.remaining() != 2 * Integer.BYTES + SnapshotBlocks.DIGEST_BYTES) {
      throw blocks.rejected(
          "header: found " + header.remaining() + " bytes after the format, expected 72");
    }
    int events = header.getInt();
    int stateBytes = header.getInt();
    if (events < 1 || events > mostEvents || stateBytes < 1 || stateBytes > SnapshotBlocks.LIMIT) {
      throw blocks.rejected(
          "header: found "
              + events
              + " events and states of "
              + stateBytes
              + " bytes, expected 1 to "
              + mostEvents
              + " and 1 to "
              + SnapshotBlocks.LIMIT);
    }
    String digest = ascii(header, SnapshotBlocks.DIGEST_BYTES);
    if (!digest.matches("[0-9a-f]{" + SnapshotBlocks.DIGEST_BYTES + "}")) {
      throw blocks.rejected(
          "header: found the digest " + digest + ", expected 64 hexadecimal digits");
    }
    return new StoredUser(events, digest, stateBytes);
  }

  private static String ascii(ByteBuffer source, int length) {
    byte[] bytes = new byte[Math.min(source.remaining(), length)];
    source.get(bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private void requireFormat(ByteBuffer header) throws SnapshotRejectedException {
    String found = ascii(header, SnapshotBlocks.MAGIC_BYTES);
    if (found.length() < SnapshotBlocks.MAGIC_BYTES || !found.startsWith(SnapshotBlocks.MAGIC)) {
      throw blocks.rejected("header: found another magic number, expected that of a snapshot");
    }
    String format = found.substring(SnapshotBlocks.MAGIC.length());
    if (!format.equals(SnapshotBlocks.FORMAT)) {
      throw blocks.rejected(
          "header: found a snapshot of format "
              + format
              + ", expected format "
              + SnapshotBlocks.FORMAT
              + ", the only one that this version of Staccato reads");
    }
  }

  /** Checks that the file is complete, and notes the last uses of its users. */
  private void check() throws IOException {
    boolean ended = false;
    long users = 0;
    while (blocks.next()) {
      if (ended) {
        throw blocks.rejected("byte " + blocks.position() + ": found a block after the end");
      }
      switch (blocks.kind()) {
        case SnapshotBlocks.USERS -> {
          while (nextUser()) {
            uses.get(UserTable.stripeOf(user.user())).addLong(user.lastUse());
            users++;
          }
        }
        case SnapshotBlocks.LONGS, SnapshotBlocks.TEXTS -> {}
        case SnapshotBlocks.END -> {
          checkEnd(users);
          ended = true;
        }
        default ->
            throw blocks.rejected(
                "byte " + blocks.position() + ": found a block of kind " + blocks.kind());
      }
    }
    if (!ended) {
      throw blocks.rejected(
          "found no end after " + blocks.position() + " bytes, the file is cut short");
    }
  }

  private void checkEnd(long users) throws SnapshotRejectedException {
    ByteBuffer end = blocks.payload();
    if (end.remaining() != 2 * Long.BYTES) {
      throw blocks.rejected("end: found " + end.remaining() + " bytes, expected 16");
    }
    items = end.getLong();
    long expected = end.getLong();
    if (users != expected) {
      throw blocks.rejected("found " + users + " users, expected " + expected);
    }
  }

  /** Reads the next user of a block, and returns false at its end. */
  private boolean nextUser() throws SnapshotRejectedException {
    if (!blocks.payload().hasRemaining()) {
      return false;
    }
    if (!user.readFrom(blocks.payload())) {
      throw blocks.rejected(
          "block before byte " + blocks.position() + ": found a user that cannot exist");
    }
    return true;
  }

  /**
   * Puts the users into a table. Of more users than fit, the most recently used are kept, and of
   * more events of a user, the last. A state is kept if its size is that of the table's states; the
   * slot names its version.
   *
   * @param table an empty table
   * @param dictionary the items of the table
   * @throws SnapshotRejectedException if the file's items and users do not belong together
   * @throws IOException if the file cannot be read
   * @throws IllegalStateException if there are too many items
   */
  public void restore(UserTable table, ItemDictionary dictionary) throws IOException {
    readItems(dictionary);
    long[] from = new long[UserTable.STRIPES];
    Arrays.setAll(from, place -> leastUse(uses.get(place), table.stripes().get(place).capacity()));
    blocks.rewind();
    while (blocks.next()) {
      while (blocks.kind() == SnapshotBlocks.USERS && nextUser()) {
        for (int place = 0; place < user.kept(); place++) {
          user.setItem(place, numberOf(user.item(place)));
        }
        int place = UserTable.stripeOf(user.user());
        if (user.lastUse() >= from[place]) {
          restoreUser(table, table.stripes().get(place));
        }
      }
    }
    for (Stripe stripe : table.stripes()) {
      synchronized (stripe) {
        table.requireOpen();
        stripe.sortByLastUse();
      }
    }
  }

  /** Takes the lock since the model may publish, and so give states another size. */
  private void restoreUser(UserTable table, Stripe stripe) {
    synchronized (stripe) {
      table.requireOpen();
      stripe.restore(user);
    }
  }

  /** Returns the last use from which on the users fit. */
  private static long leastUse(LongArrayList uses, int capacity) {
    if (uses.size() <= capacity) {
      return 0;
    }
    long[] sorted = uses.toLongArray();
    Arrays.sort(sorted);
    return sorted[sorted.length - capacity];
  }

  /** Gives the items of the file numbers of the table. */
  private void readItems(ItemDictionary dictionary) throws IOException {
    blocks.rewind();
    while (blocks.next()) {
      switch (blocks.kind()) {
        case SnapshotBlocks.LONGS -> readLongs(dictionary);
        case SnapshotBlocks.TEXTS -> readTexts(dictionary);
        default -> {}
      }
    }
    if ((long) longs.size() + texts.size() != items) {
      throw blocks.rejected(
          "found " + longs.size() + " and " + texts.size() + " items, expected " + items);
    }
  }

  private void readLongs(ItemDictionary dictionary) throws SnapshotRejectedException {
    ByteBuffer keys = blocks.payload();
    while (keys.hasRemaining()) {
      if (keys.remaining() < Long.BYTES) {
        throw blocks.rejected(
            "byte "
                + blocks.position()
                + ": found a key of "
                + keys.remaining()
                + " bytes, expected 8");
      }
      longs.addInt(dictionary.numberOf(keys.getLong()));
    }
  }

  private void readTexts(ItemDictionary dictionary) throws SnapshotRejectedException {
    ByteBuffer keys = blocks.payload();
    while (keys.hasRemaining()) {
      int length = keys.remaining() < Integer.BYTES ? -1 : keys.getInt();
      if (length < 0 || length > Math.min(keys.remaining(), ItemKeys.TEXT_LIMIT)) {
        throw blocks.rejected(
            "byte " + blocks.position() + ": found a key of " + length + " bytes");
      }
      texts.addInt(dictionary.numberOf(keys.array(), keys.arrayOffset() + keys.position(), length));
      keys.position(keys.position() + length);
    }
  }

  /** Returns the number in the table of an item of the file. */
  private int numberOf(int number) throws SnapshotRejectedException {
    IntArrayList numbers = ItemDictionary.kindOf(number) == Kind.LONG ? longs : texts;
    int place = ItemDictionary.placeOf(number);
    if (place < 0 || place >= numbers.size()) {
      throw blocks.rejected(
          "user " + user.user() + ": found item " + place + " of " + numbers.size());
    }
    return numbers.getInt(place);
  }

  @Override
  public void close() throws IOException {
    blocks.close();
  }
}
