package org.staccato.swap;

import org.staccato.format.WeightFile;
import org.staccato.live.ModelVersion;
import org.staccato.network.Network;

/**
 * A version in memory: its file and a network over it. The loader owns it until {@link
 * Publication#publish} has returned, then the publication owns it. All threads may read it.
 *
 * <p>The same version on two backends is two loaded models over one file, which is closed with the
 * last of them.
 */
public final class LoadedModel {
  private final ModelVersion version;
  private final Network network;
  private final SharedFile file;
  private boolean closed;

  /** A file, and the number of models over it. */
  private static final class SharedFile {
    final WeightFile file;
    final Runnable release;
    int models;

    SharedFile(WeightFile file, Runnable release) {
      this.file = file;
      this.release = release;
    }

    synchronized void retain() {
      if (models < 0) {
        throw new IllegalStateException("the weight file is closed");
      }
      models++;
    }

    /** Closes the file if this is the last model over it, and returns whether it is. */
    synchronized boolean release() {
      if (models == 1) {
        release.run();
        models = -1;
        return true;
      }
      models--;
      return false;
    }
  }

  /**
   * Creates a model over its file.
   *
   * @param version the description of the version
   * @param file its open file, which this model owns
   * @param network its network
   */
  public LoadedModel(ModelVersion version, WeightFile file, Network network) {
    this(version, file, network, file::close);
  }

  /** Creates a model that runs another action instead of closing the file, for tests. */
  LoadedModel(ModelVersion version, WeightFile file, Network network, Runnable release) {
    this(version, network, new SharedFile(file, release));
  }

  private LoadedModel(ModelVersion version, Network network, SharedFile file) {
    this.version = version;
    this.network = network;
    this.file = file;
    file.retain();
  }

  /**
   * Makes the same version on another backend.
   *
   * @param other a network over the same file
   * @return the version, owned by the caller; the file stays open until it and this are closed
   * @throws IllegalStateException if the file is closed
   */
  public LoadedModel with(Network other) {
    return new LoadedModel(version, other, file);
  }

  /**
   * Makes a view of this version that does not keep the file open. A reader of the view must
   * prevent this model from being closed meanwhile.
   *
   * @return the view; closing it does nothing
   */
  public LoadedModel view() {
    return new LoadedModel(version, file(), network, () -> {});
  }

  /** {@return the description of the version} */
  public ModelVersion version() {
    return version;
  }

  /** {@return its file} */
  public WeightFile file() {
    return file.file;
  }

  /** {@return its network} */
  public Network network() {
    return network;
  }

  /**
   * Closes the file if no other model is over it. A call after one that has returned does nothing;
   * a call after one that has thrown tries again.
   *
   * @return whether the file was closed
   */
  public synchronized boolean close() {
    if (closed) {
      return false;
    }
    boolean last = file.release();
    closed = true;
    return last;
  }
}
