package org.staccato.load.scenario;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The answers of a service under a load, its failures, and the resources that it held.
 *
 * @param answers the answers by version, those of the warm-up included
 * @param errors the number of requests that failed
 * @param firstError the failure of the first of them
 * @param before the resources before the load
 * @param after the resources after the load
 * @param closed the resources after the service was closed
 */
public record ServiceOutcome(
    AnswerCounts answers,
    long errors,
    Optional<Exception> firstError,
    Held before,
    Held after,
    Held closed) {

  /**
   * The resources at one moment.
   *
   * @param service those of the service
   * @param process those of the process
   */
  public record Held(Service.Holdings service, ProcessResources process) {
    static final Held NOTHING =
        new Held(new Service.Holdings(0, 0), new ProcessResources(0, 0, 0, 0));

    static Held now(Service service, List<String> fileNames) throws IOException {
      return new Held(service.holdings(), ProcessResources.now(fileNames));
    }
  }
}
