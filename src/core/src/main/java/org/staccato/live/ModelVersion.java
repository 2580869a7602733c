package org.staccato.live;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.staccato.model.ModelSpecification;

/**
 * One version of a model that was loaded.
 *
 * @param number 1 for the first that a model served, and one more for each that was loaded after
 *     it; a version that is served again keeps its number
 * @param digest the digest of the weight file
 * @param path the path of the file that was loaded; another file may have replaced it since
 * @param bytes the size of the file
 * @param loaded the time of the load
 * @param specification the specification of the network
 * @param metadata the metadata of the weight file
 */
public record ModelVersion(
    long number,
    String digest,
    Path path,
    long bytes,
    Instant loaded,
    ModelSpecification specification,
    Map<String, String> metadata) {

  /** Copies the metadata. */
  public ModelVersion {
    metadata = Map.copyOf(metadata);
  }
}
