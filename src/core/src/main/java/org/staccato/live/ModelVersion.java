package org.staccato.live;

import java.nio.file.Path;
import java.time.Instant;
import org.staccato.network.ModelSpecification;

/**
 * One version of a model that was loaded.
 *
 * @param number 1 for the first that a model served, and one more for each that was loaded after
 *     it; a version that is served again keeps its number
 * @param digest the digest of the weight file
 * @param path the path from which it was loaded, where another file may lie by now
 * @param bytes the size of the file
 * @param loaded when it was loaded
 * @param specification what the model is
 */
public record ModelVersion(
    long number,
    String digest,
    Path path,
    long bytes,
    Instant loaded,
    ModelSpecification specification) {}
