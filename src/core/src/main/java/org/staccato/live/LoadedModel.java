package org.staccato.live;

import org.staccato.format.WeightFile;
import org.staccato.network.Network;

/**
 * A version in memory: its file and a network over it. Whoever loads it owns it until it is
 * published, and then the {@link Publication}. All threads may read it.
 */
public final class LoadedModel {
  private final ModelVersion version;
  private final WeightFile file;
  private final Network network;
  private final Runnable release;
  private volatile boolean owner = true;
  private volatile long unpublished;

  /**
   * Holds a version.
   *
   * @param version what it is
   * @param file its open file, which is closed when the version is retired
   * @param network its network
   */
  public LoadedModel(ModelVersion version, WeightFile file, Network network) {
    this(version, file, network, file::close);
  }

  /** The same, with another way to let go of the file, for tests. */
  LoadedModel(ModelVersion version, WeightFile file, Network network, Runnable release) {
    this.version = version;
    this.file = file;
    this.network = network;
    this.release = release;
  }

  /**
   * Makes the same version on another backend, which owns the file from now on, and is to be
   * published in the place of this one.
   *
   * @param other a network over the same file
   * @return the version
   */
  public LoadedModel with(Network other) {
    owner = false;
    return new LoadedModel(version, file, other);
  }

  /** {@return what it is} */
  public ModelVersion version() {
    return version;
  }

  /** {@return its file} */
  public WeightFile file() {
    return file;
  }

  /** {@return its network} */
  public Network network() {
    return network;
  }

  /** Whether its retirement closes the file. */
  boolean isOwner() {
    return owner;
  }

  /** Notes that no call begins on it any more. */
  void unpublish() {
    unpublished = System.nanoTime();
  }

  /** The nanoseconds since it was unpublished. */
  long waiting() {
    return System.nanoTime() - unpublished;
  }

  /** Closes the file; a second call does nothing. */
  public void close() {
    if (owner) {
      release.run();
    }
  }
}
