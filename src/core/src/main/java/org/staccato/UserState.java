package org.staccato;

import java.lang.foreign.MemorySegment;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.staccato.memory.Bounds;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;
import org.staccato.model.Layer;
import org.staccato.model.Lstm;
import org.staccato.model.RecurrentLayer;
import org.staccato.network.LayerStack;
import org.staccato.network.StateLayout;

/**
 * The state of the network for one user: the last items, where the model has a memory, and the
 * state fields of every layer, c and h of an LSTM, h of a GRU. A state belongs to one version of a
 * model, identified by the digest of its weight file, and every other version refuses it. It
 * remains valid after the model is closed. Not thread-safe: the caller hands it from thread to
 * thread.
 *
 * <p>The serialised form, little-endian: the 32 bytes of the digest, then those of the last items
 * of a model with a memory, see {@link org.staccato.model.NeighbourMemory#history}, then for each
 * layer from the input upwards the floats of its fields, in the order of {@link Layer#state},
 * without padding; last, where the last layer has no fields, the floats of its output.
 */
public final class UserState {
  private static final int DIGEST_BYTES = 32;

  private String digest;
  private LayerStack stack;
  private MemorySegment memory;
  private boolean prepared;

  UserState(String digest, LayerStack stack) {
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

  /** {@return whether this state holds the sums that {@link Scorer#prepare} computes ahead} */
  public boolean isPrepared() {
    return prepared;
  }

  void setUnprepared() {
    prepared = false;
  }

  /** Records that layers of this state's version have computed its sums ahead. */
  void setPreparedBy(LayerStack layers) {
    stack = layers;
    prepared = true;
  }

  /**
   * Returns whether this state holds sums that these layers have computed: those of another backend
   * differ in bits.
   */
  boolean isPreparedBy(LayerStack layers) {
    return prepared && stack == layers;
  }

  /** Computes the sums ahead, with layers of this state's version. */
  void prepare(LayerStack layers) {
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
   * @throws IllegalStateException if the layer has no hidden state
   */
  public float hidden(int layer, int unit) {
    return element(layer, RecurrentLayer.HIDDEN, unit);
  }

  /**
   * Reads a cell, for diagnosis and features.
   *
   * @param layer the layer, 0 for the lowest
   * @param unit the hidden unit
   * @return its c
   * @throws IndexOutOfBoundsException if there is no such layer or unit
   * @throws IllegalStateException if the layer is not an LSTM
   */
  public float cell(int layer, int unit) {
    return element(layer, Lstm.CELL, unit);
  }

  private float element(int layer, String name, int unit) {
    Bounds.requireIndex("layer", layer, stack.layers());
    for (StateLayout.Field field : stack.fields()) {
      if (field.layer() == layer && field.field().name().equals(name)) {
        Bounds.requireIndex("unit", unit, field.field().size());
        return memory.get(LittleEndian.FLOAT, field.offset() + (long) unit * Float.BYTES);
      }
    }
    throw new IllegalStateException("user state: layer " + layer + " has no field " + name);
  }

  /** Resets this state to that of a user without events. */
  public void reset() {
    memory.fill((byte) 0);
    prepared = false;
  }

  /**
   * Copies another state into this one, with its prepared sums if it has any.
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

  /**
   * Resets this state to that of a user without events, for a version, in the same memory if it is
   * large enough.
   */
  void reset(String version, LayerStack layers) {
    memory = OffHeap.atLeast(layers.preparedSize(), memory);
    digest = version;
    stack = layers;
    reset();
  }

  /** Checks that this state belongs to the version of a digest. */
  void requireVersion(String version) {
    if (!digest.equals(version)) {
      throw new StaleVersionException("user state", digest, version);
    }
  }

  /** {@return the bytes of the fields of all layers as they lie in memory, a multiple of 64} */
  public long byteSize() {
    return stack.stateSize();
  }

  /**
   * Copies the fields of all layers, without the version, into memory of the caller.
   *
   * @param target receives {@link #byteSize} bytes
   * @param offset where they begin
   * @throws IndexOutOfBoundsException if the target has less room
   */
  public void copyTo(MemorySegment target, long offset) {
    MemorySegment.copy(memory, 0, target, offset, byteSize());
  }

  /**
   * Replaces the fields by those that {@link #copyTo} wrote from a state of the same version. The
   * caller guarantees that the version is the same. The state is not prepared afterwards.
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
    for (StateLayout.Field field : stack.fields()) {
      floats += field.field().size();
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
    for (StateLayout.Field field : stack.fields()) {
      for (int i = 0; i < field.field().size(); i++) {
        bytes.putFloat(memory.get(LittleEndian.FLOAT, field.offset() + (long) i * Float.BYTES));
      }
    }
    target.position(target.position() + size);
  }

  /**
   * Replaces this state by a serialised one.
   *
   * @param source holds {@link #serializedSize} bytes from its position on, which moves behind them
   * @throws StaleVersionException if it holds a state of another model version; this state is then
   *     unchanged
   * @throws IllegalArgumentException if it holds less, values that are not finite, or values that
   *     no step computes, such as an h beyond ±1; this state is then unchanged
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
    for (StateLayout.Field field : stack.fields()) {
      for (int i = 0; i < field.field().size(); i++) {
        memory.set(LittleEndian.FLOAT, field.offset() + (long) i * Float.BYTES, bytes.getFloat());
      }
    }
    prepared = false;
    source.position(source.position() + size);
  }

  /** Checks that each element is finite and within the bound of its field. */
  private void check(ByteBuffer bytes) {
    int position = DIGEST_BYTES;
    for (StateLayout.Field field : stack.fields()) {
      float bound = field.field().bound();
      for (int i = 0; i < field.field().size(); i++) {
        float value = bytes.getFloat(position);
        // Written so that NaN fails.
        if (!(Math.abs(value) <= bound)) {
          throw new IllegalArgumentException(
              "user state: found "
                  + value
                  + " at byte "
                  + position
                  + ", expected "
                  + (bound == Float.MAX_VALUE
                      ? "a finite number"
                      : field.field().name() + " from -" + bound + " to " + bound));
        }
        position += Float.BYTES;
      }
    }
  }
}
