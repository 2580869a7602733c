package org.staccato.swap;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.staccato.format.WeightFile;
import org.staccato.live.ModelVersion;
import org.staccato.model.ModelSpecification;
import org.staccato.network.Network;
import org.staccato.testkit.Cell;
import org.staccato.testkit.RandomNetworks;

/** Versions without files, whose retirement is a flag, and a publication of the first of them. */
class Versions {
  private static final ModelSpecification SPECIFICATION =
      RandomNetworks.ranking(Cell.LSTM, 1, 1, 1);
  private static final Path PATH = Path.of("version");

  /** The scratch of a reader for a version. */
  static final class Version {
    final int number;

    /**
     * Whether its memory was given back. Plain, because a holder of the version must not need more.
     */
    boolean retired;

    final LoadedModel model;

    Version(int number) {
      this.number = number;
      ModelVersion version =
          new ModelVersion(number, "digest", PATH, 0, Instant.EPOCH, SPECIFICATION, Map.of());
      WeightFile none = null;
      Network noNetwork = null;
      this.model = new LoadedModel(version, none, noNetwork, () -> retired = true);
    }
  }

  final Version first = new Version(1);
  final Version second = new Version(2);
  final Version third = new Version(3);
  final Publication publication = new Publication(first.model, retired -> {});

  Lease<Version> newLease() {
    return publication.newLease(
        model ->
            switch ((int) model.version().number()) {
              case 1 -> first;
              case 2 -> second;
              default -> third;
            });
  }
}
