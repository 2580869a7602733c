package org.staccato;

import java.lang.foreign.MemorySegment;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Objects;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;
import org.staccato.network.RecurrentStack;

/**
 * What the network remembers of one user: c and h of every layer, for a GRU h alone. It belongs to
 * one version of a model, known by the digest of its weight file, and every other version refuses
 * it. It outlives the model's closing. Not thread-safe: the caller hands it from thread to thread.
 *
 * <p>The serialised form, little-endian: the 32 bytes of the digest, then for each layer from the
 * input upwards the floats of c, which a GRU has not, and those of h, without padding.
 */
public final class UserState {
  private static final int DIGEST_BYTES = 32;

  private String digest;
  private RecurrentStack stack;
  private MemorySegment memory;
  private boolean prepared;

  UserState(String digest, RecurrentStack stack) {
    this.digest = digest;
    this.stack = stack;
    this.memory = stack.newState();
  }

  /** {@return the digest of the weight file to whose version of the model this state belongs} */
  public String digest() {
    return digest;
  }

  MemorySegment memory() {
    return memory;
  }

  /** {@return whether it holds the sums that {@link Scorer#prepare} computes ahead} */
  public boolean isPrepared() {
    return prepared;
  }

  void setUnprepared() {
    prepared = false;
  }

  /** Notes that layers of this state's version have computed its sums ahead. */
  void setPreparedBy(RecurrentStack layers) {
    stack = layers;
    prepared = true;
  }

  /** Whether it holds sums that these layers have computed: another backend's differ in bits. */
  boolean isPreparedBy(RecurrentStack layers) {
    return prepared && stack == layers;
  }

  /** Computes the sums ahead, with layers of this state's version. */
  void prepare(RecurrentStack layers) {
    if (!isPreparedBy(layers)) {
      layers.prepare(memory);
      setPreparedBy(layers);
    }
  }

  /**
   * Reads a hidden value, for diagnosis and features.
   *
   * @param layer the layer, 0 for the lowest
   * @param unit the hidden unit
   * @return its h, between −1 and 1
   * @throws IndexOutOfBoundsException if there is no such layer or unit
   */
  public float hidden(int layer, int unit) {
    Objects.checkIndex(unit, stack.hiddenSize(layer));
    return memory.get(LittleEndian.FLOAT, stack.hiddenOffset(layer) + (long) unit * Float.BYTES);
  }

  /**
   * Reads a cell, for diagnosis and features.
   *
   * @param layer the layer, 0 for the lowest
   * @param unit the hidden unit
   * @return its c
   * @throws IndexOutOfBoundsException if there is no such layer or unit
   * @throws IllegalStateException if the model is made of GRUs, which have no cells
   */
  public float cell(int layer, int unit) {
    if (!stack.hasCells()) {
      throw new IllegalStateException("a GRU has no cells");
    }
    Objects.checkIndex(unit, stack.hiddenSize(layer));
    return memory.get(LittleEndian.FLOAT, stack.cellOffset(layer) + (long) unit * Float.BYTES);
  }

  /** Forgets everything: the state of a user without events. */
  public void reset() {
    memory.fill((byte) 0);
    prepared = false;
  }

  /**
   * Takes over another state, with its prepared sums if it has any.
   *
   * @param other a state of the same model version
   * @throws StaleVersionException if it is of another version
   */
  public void copyFrom(UserState other) {
    requireVersion(other.digest);
    // Either memory may be larger, left from another version.
    long bytes = other.isPrepared() ? stack.preparedSize() : stack.stateSize();
    MemorySegment.copy(other.memory, 0, memory, 0, bytes);
    prepared = other.prepared;
    stack = other.stack;
  }

  /** Becomes the state of a user without events of a version, in the same memory if it suffices. */
  void reset(String version, RecurrentStack layers) {
    memory = OffHeap.atLeast(layers.preparedSize(), memory);
    digest = version;
    stack = layers;
    reset();
  }

  /** Checks that a digest is this state's. */
  void requireVersion(String version) {
    if (!digest.equals(version)) {
      throw new StaleVersionException("user state", digest, version);
    }
  }

  /** {@return the bytes of c and h of all layers as they lie in memory, a multiple of 64} */
  public long byteSize() {
    return stack.stateSize();
  }

  /**
   * Copies c and h of all layers to where the caller keeps them, without a word on their version.
   *
   * @param target receives {@link #byteSize} bytes
   * @param offset where they begin
   * @throws IndexOutOfBoundsException if the target has less room
   */
  public void copyTo(MemorySegment target, long offset) {
    MemorySegment.copy(memory, 0, target, offset, byteSize());
  }

  /**
   * Takes over what {@link #copyTo} wrote from a state of the same version, which is the caller's
   * to know; the state is not prepared afterwards.
   *
   * @param source holds {@link #byteSize} bytes
   * @param offset where they begin
   * @throws IndexOutOfBoundsException if the source has less
   */
  public void copyFrom(MemorySegment source, long offset) {
    MemorySegment.copy(source, offset, memory, 0, byteSize());
    prepared = false;
  }

  /** {@return the number of bytes of the serialised form} */
  public int serializedSize() {
    int floats = 0;
    for (int layer = 0; layer < stack.layers(); layer++) {
      floats += (stack.hasCells() ? 2 : 1) * stack.hiddenSize(layer);
    }
    return DIGEST_BYTES + floats * Float.BYTES;
  }

  /**
   * Writes the serialised form; the buffer's byte order is ignored and left alone.
   *
   * @param target receives {@link #serializedSize} bytes at its position, which moves behind them
   * @throws BufferOverflowException if it has less room; it is then unchanged
   */
  public void writeTo(ByteBuffer target) {
    int size = serializedSize();
    if (target.remaining() < size) {
      throw new BufferOverflowException();
    }
    ByteBuffer bytes = target.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(HexFormat.of().parseHex(digest));
    for (int layer = 0; layer < stack.layers(); layer++) {
      if (stack.hasCells()) {
        put(bytes, stack.cellOffset(layer), stack.hiddenSize(layer));
      }
      put(bytes, stack.hiddenOffset(layer), stack.hiddenSize(layer));
    }
    target.position(target.position() + size);
  }

  private void put(ByteBuffer target, long offset, int count) {
    for (int i = 0; i < count; i++) {
      target.putFloat(memory.get(LittleEndian.FLOAT, offset + (long) i * Float.BYTES));
    }
  }

  /**
   * Replaces this state by a serialised one.
   *
   * @param source holds {@link #serializedSize} bytes from its position on, which moves behind them
   * @throws StaleVersionException if it holds a state of another model version; this state is then
   *     unchanged
   * @throws IllegalArgumentException if it holds less, values that are not finite, or hidden values
   *     beyond ±1, which no step gives; this state is then unchanged
   */
  public void readFrom(ByteBuffer source) {
    int size = serializedSize();
    if (source.remaining() < size) {
      throw new IllegalArgumentException(
          "user state: found " + source.remaining() + " bytes, expected " + size);
    }
    ByteBuffer bytes = source.slice(source.position(), size).order(ByteOrder.LITTLE_ENDIAN);
    byte[] found = new byte[DIGEST_BYTES];
    bytes.get(found);
    String version = HexFormat.of().formatHex(found);
    if (!version.equals(digest)) {
      throw new StaleVersionException("user state", version, digest);
    }
    check(bytes);
    for (int layer = 0; layer < stack.layers(); layer++) {
      if (stack.hasCells()) {
        get(bytes, stack.cellOffset(layer), stack.hiddenSize(layer));
      }
      get(bytes, stack.hiddenOffset(layer), stack.hiddenSize(layer));
    }
    prepared = false;
    source.position(source.position() + size);
  }

  /**
   * Checks that c is finite and h within ±1, as every step leaves them. An LSTM's h is a product of
   * a σ and a tanh, neither of which exceeds 1. A GRU's is n + z·(h − n) with n and the h before
   * within ±1: with what the difference and the product are rounded by, the sum is within 1 + 2⁻²⁴,
   * which rounds to 1.
   */
  private void check(ByteBuffer bytes) {
    int position = DIGEST_BYTES;
    for (int layer = 0; layer < stack.layers(); layer++) {
      int units = stack.hiddenSize(layer);
      if (stack.hasCells()) {
        check(bytes, position, units, Float.MAX_VALUE, "a finite number");
        position += units * Float.BYTES;
      }
      check(bytes, position, units, 1, "a hidden value from -1 to 1");
      position += units * Float.BYTES;
    }
  }

  private static void check(
      ByteBuffer bytes, int position, int count, float largest, String expected) {
    for (int i = position; i < position + count * Float.BYTES; i += Float.BYTES) {
      // Written so that NaN fails.
      if (!(Math.abs(bytes.getFloat(i)) <= largest)) {
        throw new IllegalArgumentException(
            "user state: found " + bytes.getFloat(i) + " at byte " + i + ", expected " + expected);
      }
    }
  }

  private void get(ByteBuffer source, long offset, int count) {
    for (int i = 0; i < count; i++) {
      memory.set(LittleEndian.FLOAT, offset + (long) i * Float.BYTES, source.getFloat());
    }
  }
}
