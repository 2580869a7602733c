package org.staccato;

import org.jspecify.annotations.Nullable;
import org.staccato.format.ItemKeys;
import org.staccato.live.ModelVersion;

/**
 * The version that a {@link ModelReader} has acquired. It is for try-with-resources:
 *
 * <pre>{@code
 * try (AcquiredVersion acquired = scorer.acquire()) {
 *   scorer.step(user, acquired.itemKeys().indexOf(key));
 *   scorer.topK(user, 10, ranked);
 * }
 * }</pre>
 *
 * <p>A reader has one object of this class and returns it each time, so nothing is allocated. It
 * belongs to the thread that uses the reader.
 */
public final class AcquiredVersion implements AutoCloseable {
  private final ModelReader reader;
  private @Nullable ModelVersion version;

  /** Creates the object of a reader, which sets the version before it returns this. */
  AcquiredVersion(ModelReader reader) {
    this.reader = reader;
  }

  AcquiredVersion of(ModelVersion acquired) {
    version = acquired;
    return this;
  }

  /**
   * Returns the version.
   *
   * @return the version that was acquired last, also after its release
   * @throws IllegalStateException if none was
   */
  public ModelVersion version() {
    ModelVersion acquired = version;
    if (acquired == null) {
      throw new IllegalStateException("no version was acquired yet: call acquire() before");
    }
    return acquired;
  }

  /**
   * Returns the external keys of the version's items, see {@link ModelReader#itemKeys}.
   *
   * @return the keys, for use until the version is released
   * @throws IllegalStateException if the version is released, or does not rank items
   */
  public ItemKeys itemKeys() {
    return reader.itemKeys();
  }

  /**
   * Releases the version, unless the reader has released it already. The reader must not have been
   * given back to its pool before, where another thread may use it.
   */
  @Override
  public void close() {
    if (reader.isAcquired()) {
      reader.release();
    }
  }
}
