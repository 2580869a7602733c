package org.staccato.swap;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.staccato.live.ModelVersion;
import org.staccato.model.Activation;
import org.staccato.model.ModelSpecification;
import org.staccato.network.Network;
import org.staccato.testkit.Cell;
import org.staccato.testkit.RandomNetworks;

/** Versions without files or networks, which count how often they are closed. */
@NullUnmarked
final class FakeVersions {
  private static final ModelSpecification SPECIFICATION =
      RandomNetworks.prediction(RandomNetworks.layers(Cell.LSTM, 1, 1), Activation.LINEAR, 1);

  /** A placeholder that no fake reads. */
  static final Network NO_NETWORK = null;

  private FakeVersions() {}

  /** A version, and the fate of its file. */
  static final class Fake {
    final AtomicInteger closes = new AtomicInteger();
    final LoadedModel model;

    /** The exceptions that the next closes throw. */
    final AtomicInteger failures = new AtomicInteger();

    Fake(long number) {
      ModelVersion version =
          new ModelVersion(
              number,
              "digest " + number,
              Path.of("v" + number),
              0,
              Instant.EPOCH,
              SPECIFICATION,
              Map.of());
      model = new LoadedModel(version, null, NO_NETWORK, this::close);
    }

    private void close() {
      if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new IllegalStateException("cannot be closed now");
      }
      closes.incrementAndGet();
    }

    boolean isClosed() {
      return closes.get() > 0;
    }
  }

  /** A publication of a first version that tells nobody. */
  static Publication publicationOf(Fake first) {
    return new Publication(first.model, retired -> {});
  }

  /** A lease whose scratch is the version itself. */
  static Lease<LoadedModel> newLease(Publication publication) {
    return publication.newLease(model -> model);
  }
}
