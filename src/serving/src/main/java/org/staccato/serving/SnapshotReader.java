package org.staccato.serving;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.agrona.collections.IntArrayList;
import org.staccato.LiveModel;
import org.staccato.format.ItemKeys;
import org.staccato.format.ItemKeys.Kind;

/**
 * Reads a table of users from a file, twice: first it checks all blocks and takes the items, then
 * it takes the users, so that nothing of a damaged file is ever used.
 */
final class SnapshotReader implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final CRC32C checksum = new CRC32C();
  private ByteBuffer block = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
  private long position;
  private int kind;
  private int blocks;
  private long items;
  private int events;
  private int stateBytes;
  private String digest = "";
  private final List<List<Long>> uses =
      Stream.generate(() -> (List<Long>) new ArrayList<Long>()).limit(UserStates.STRIPES).toList();

  /** The numbers that the items of the file have in the table, by their places in the file. */
  private final IntArrayList longs = new IntArrayList();

  private final IntArrayList texts = new IntArrayList();

  // What was read last of a user.
  private long lastUse;
  private long total;
  private boolean hasState;
  private int kept;

  private SnapshotReader(Path path) throws IOException {
    this.path = path;
    this.channel = FileChannel.open(path, StandardOpenOption.READ);
  }

  static UserStates read(Path path, LiveModel live, UserStatesOptions options) throws IOException {
    try (SnapshotReader reader = new SnapshotReader(path)) {
      reader.readHeader();
      reader.check();
      UserStates table = new UserStates(live, options);
      boolean complete = false;
      try {
        reader.load(table);
        complete = true;
        return table;
      } finally {
        if (!complete) {
          table.close();
        }
      }
    }
  }

  private void readHeader() throws IOException {
    if (!next() || kind != SnapshotBlocks.HEADER) {
      throw rejected("found no header, expected a snapshot of a user table");
    }
    requireFormat();
    if (block.remaining() != 2 * Integer.BYTES + SnapshotBlocks.DIGEST_BYTES) {
      throw rejected("header: found " + block.remaining() + " bytes after the format, expected 72");
    }
    events = block.getInt();
    stateBytes = block.getInt();
    if (events < 1 || events > UserStatesOptions.EVENTS_LIMIT || stateBytes < 1) {
      throw rejected(
          "header: found "
              + events
              + " events, states of "
              + stateBytes
              + " bytes, expected possible ones");
    }
    byte[] text = new byte[SnapshotBlocks.DIGEST_BYTES];
    block.get(text);
    digest = new String(text, StandardCharsets.US_ASCII);
  }

  private void requireFormat() throws SnapshotRejectedException {
    byte[] bytes = new byte[Math.min(block.remaining(), SnapshotBlocks.MAGIC_BYTES)];
    block.get(bytes);
    String found = new String(bytes, StandardCharsets.US_ASCII);
    if (bytes.length < SnapshotBlocks.MAGIC_BYTES || !found.startsWith(SnapshotBlocks.MAGIC)) {
      throw rejected("header: found another magic number, expected that of a snapshot");
    }
    String format = found.substring(SnapshotBlocks.MAGIC.length());
    if (!format.equals(SnapshotBlocks.FORMAT)) {
      throw rejected(
          "header: found a snapshot of format "
              + format
              + ", expected format "
              + SnapshotBlocks.FORMAT
              + ", the only one that this version of Staccato reads");
    }
  }

  /** Checks that the file is whole, and notes when its users were last used. */
  private void check() throws IOException {
    boolean ended = false;
    long users = 0;
    while (next()) {
      if (ended) {
        throw rejected("byte " + position + ": found a block after the end");
      }
      switch (kind) {
        case SnapshotBlocks.USERS -> users += readUses();
        case SnapshotBlocks.LONGS, SnapshotBlocks.TEXTS -> {}
        case SnapshotBlocks.END -> {
          if (block.remaining() != 2 * Long.BYTES) {
            throw rejected("end: found " + block.remaining() + " bytes, expected 16");
          }
          items = block.getLong();
          long expected = block.getLong();
          if (users != expected) {
            throw rejected("found " + users + " users, expected " + expected);
          }
          ended = true;
        }
        default -> throw rejected("byte " + position + ": found a block of kind " + kind);
      }
    }
    if (!ended) {
      throw rejected("found no end after " + position + " bytes, the file is cut short");
    }
  }

  /** Notes when the users of a block were last used, and returns how many there are. */
  private int readUses() throws SnapshotRejectedException {
    int users = 0;
    while (block.hasRemaining()) {
      long user = readUser();
      uses.get(UserStates.stripeOf(user)).add(lastUse);
      block.position(block.position() + kept * Integer.BYTES + (hasState ? stateBytes : 0));
      users++;
    }
    return users;
  }

  /** Reads what comes before a user's events, and checks that these and a state follow. */
  private long readUser() throws SnapshotRejectedException {
    boolean possible = block.remaining() >= SnapshotBlocks.USER_BYTES;
    long user = possible ? block.getLong() : 0;
    if (possible) {
      lastUse = block.getLong();
      total = block.getLong();
      int flag = block.getInt();
      hasState = flag == 1;
      kept = block.getInt();
      possible =
          lastUse >= 1
              && (flag == 0 || flag == 1)
              && total >= 0
              && kept >= 0
              && kept <= Math.min(total, events)
              && (long) kept * Integer.BYTES + (hasState ? stateBytes : 0) <= block.remaining();
    }
    if (!possible) {
      throw rejected("block before byte " + position + ": found a user that cannot be");
    }
    return user;
  }

  private void load(UserStates table) throws IOException {
    loadItems(table.dictionary());
    boolean usable = isOfCurrentVersion(table);
    long[] from = new long[UserStates.STRIPES];
    for (int i = 0; i < from.length; i++) {
      Stripe stripe = table.stripes()[i];
      synchronized (stripe) {
        if (usable) {
          stripe.resize(stateBytes);
        }
      }
      from[i] = leastUse(uses.get(i), stripe.capacity());
    }
    rewind();
    while (next()) {
      while (kind == SnapshotBlocks.USERS && block.hasRemaining()) {
        long user = readUser();
        int place = UserStates.stripeOf(user);
        Stripe stripe = table.stripes()[place];
        // The model may publish another version meanwhile, and with it states of another size.
        synchronized (stripe) {
          loadUser(stripe, user, from[place], table.options().events(), usable);
        }
      }
    }
    for (Stripe stripe : table.stripes()) {
      synchronized (stripe) {
        stripe.sortByLastUse();
      }
    }
  }

  /** Whether the states of the file are of the version that answers. */
  private boolean isOfCurrentVersion(UserStates table) {
    UserScorer scorer = table.scorers().borrow();
    try {
      return scorer.acquire().digest().equals(digest) && scorer.stateBytes() == stateBytes;
    } finally {
      table.scorers().giveBack(scorer);
    }
  }

  /** The last use from which on so many users fit. */
  private static long leastUse(List<Long> uses, int capacity) {
    return uses.size() <= capacity
        ? 0
        : uses.stream().sorted().skip(uses.size() - capacity).findFirst().orElseThrow();
  }

  /** Gives the items numbers of the table. */
  private void loadItems(ItemDictionary dictionary) throws IOException {
    rewind();
    while (next()) {
      while (kind == SnapshotBlocks.LONGS && block.hasRemaining()) {
        if (block.remaining() < Long.BYTES) {
          throw rejected(
              "byte " + position + ": found a key of " + block.remaining() + " bytes, expected 8");
        }
        longs.add(dictionary.numberOf(block.getLong()));
      }
      while (kind == SnapshotBlocks.TEXTS && block.hasRemaining()) {
        int length = block.remaining() < Integer.BYTES ? -1 : block.getInt();
        if (length < 0 || length > Math.min(block.remaining(), ItemKeys.TEXT_LIMIT)) {
          throw rejected("byte " + position + ": found a key of " + length + " bytes");
        }
        texts.add(
            dictionary.numberOf(block.array(), block.arrayOffset() + block.position(), length));
        block.position(block.position() + length);
      }
    }
    if ((long) longs.size() + texts.size() != items) {
      throw rejected(
          "found " + longs.size() + " and " + texts.size() + " items, expected " + items);
    }
  }

  /** The number that an item of the file has in the table. */
  private int numberOf(int number, long user) throws SnapshotRejectedException {
    IntArrayList numbers = ItemDictionary.kindOf(number) == Kind.LONG ? longs : texts;
    int place = ItemDictionary.placeOf(number);
    if (place < 0 || place >= numbers.size()) {
      throw rejected("user " + user + ": found item " + place + " of " + numbers.size());
    }
    return numbers.getInt(place);
  }

  private void loadUser(Stripe stripe, long user, long from, int most, boolean usable)
      throws SnapshotRejectedException {
    // A table for fewer events keeps the last ones.
    int first = Math.max(0, kept - most);
    long before = total - (kept - first);
    int slot = lastUse < from ? Stripe.NONE : stripe.restore(user, lastUse, before);
    for (int i = 0; i < kept; i++) {
      int number = numberOf(block.getInt(), user);
      if (slot != Stripe.NONE && i >= first) {
        stripe.append(slot, number);
      }
    }
    if (hasState) {
      if (usable && slot != Stripe.NONE && stripe.stateBytes() == stateBytes) {
        MemorySegment.copy(
            MemorySegment.ofBuffer(block),
            0,
            stripe.states(),
            stripe.stateOffset(slot),
            stateBytes);
        stripe.setVersion(slot, Translation.versionOf(digest));
      }
      block.position(block.position() + stateBytes);
    }
  }

  private void rewind() {
    position = 0;
    blocks = 0;
  }

  /** Reads and checks a block, whose payload is then what remains of the buffer. */
  private boolean next() throws IOException {
    block.clear().limit(SnapshotBlocks.FRAME);
    long start = position;
    if (!fill(start) && block.position() == 0) {
      return false;
    }
    if (block.hasRemaining()) {
      throw rejected("byte " + start + ": the file is cut short");
    }
    kind = block.getInt(0);
    int size = block.getInt(Integer.BYTES);
    int place = block.getInt(2 * Integer.BYTES);
    int expected = block.getInt(SnapshotBlocks.CHECKSUM);
    if (size < 0 || size > SnapshotBlocks.LIMIT) {
      throw rejected(
          "byte "
              + start
              + ": found a block of "
              + size
              + " bytes, expected at most "
              + SnapshotBlocks.LIMIT);
    }
    int whole = SnapshotBlocks.FRAME + size;
    if (block.capacity() < whole) {
      ByteBuffer larger = ByteBuffer.allocate(whole).order(ByteOrder.LITTLE_ENDIAN);
      larger.put(block.flip());
      block = larger;
    }
    block.limit(whole);
    if (!fill(start + SnapshotBlocks.FRAME)) {
      throw rejected("byte " + start + ": the file is cut short");
    }
    if (SnapshotWriter.checksum(checksum, block.position(0)) != expected) {
      throw rejected(
          "byte " + start + ": found a block whose checksum is wrong, the file is damaged");
    }
    if (place != blocks) {
      throw rejected("byte " + start + ": found block " + place + ", expected block " + blocks);
    }
    blocks++;
    block.position(SnapshotBlocks.FRAME);
    position = start + whole;
    return true;
  }

  /**
   * Fills the buffer to its limit from a position, and returns whether the file was long enough.
   */
  private boolean fill(long from) throws IOException {
    long at = from;
    while (block.hasRemaining()) {
      int count = channel.read(block, at);
      if (count < 0) {
        return false;
      }
      at += count;
    }
    return true;
  }

  private SnapshotRejectedException rejected(String problem) {
    return new SnapshotRejectedException(path, problem);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
