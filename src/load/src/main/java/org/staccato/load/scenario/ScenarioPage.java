package org.staccato.load.scenario;

import java.util.Locale;
import java.util.Map;
import org.staccato.load.openloop.Arrivals;
import org.staccato.load.report.MarkdownPage;
import org.staccato.load.scenario.ServiceOutcome.Held;

/**
 * The parts that the pages of all scenarios share.
 *
 * @param model a description of the model
 * @param command the command that repeats the measurement
 */
record ScenarioPage(String model, String command) {

  /**
   * Begins a page with a description of the load.
   *
   * @param title the heading
   * @param load the load
   * @param rate the requests of a second
   * @param scenario a description of the scenario, empty if the load is all of it
   */
  MarkdownPage begin(String title, LoadOptions load, double rate, String scenario) {
    return new MarkdownPage(
        title,
        command,
        """
        %s.

        Requests arrive %s, %,.0f a second, at %d %s%s, however long the earlier ones take. A latency counts from the moment at which its
        request was meant to start. The requests of the warm-up, of %.1f s, do not count.%s\
        """,
        model,
        load.arrivals() == Arrivals.POISSON ? "at random (Poisson)" : "at equal distances",
        rate,
        load.threads(),
        load.threads() == 1 ? "thread" : "threads",
        load.firstCore() < 0 ? "" : " bound to cores from " + load.firstCore() + " on",
        load.warmUp().toMillis() / 1e3,
        scenario.isEmpty() ? "" : "\n" + scenario);
  }

  /** Adds the answers, the failures and the resources of services, by the name of the service. */
  static void add(MarkdownPage page, Map<String, ServiceOutcome> services) {
    page.paragraph(
        """
        The bits of every answer, those of the warm-up included, are compared with the answer of the acquired version to the same question
        before the load.\
        """);
    page.table("", "errors", "of the first version", "of the second", "of neither");
    services.forEach(
        (service, outcome) ->
            page.row(
                "%s | %,d | %,d | %,d | %,d",
                service,
                outcome.errors(),
                outcome.answers().of(0),
                outcome.answers().of(1),
                outcome.answers().foreign()));
    services.forEach(
        (service, outcome) ->
            outcome
                .firstError()
                .ifPresent(error -> page.paragraph("The first error of %s: %s", service, error)));
    page.paragraph("The resources that were held; resident memory is that of the whole process.");
    page.table(
        "",
        "versions",
        "bytes of weights",
        "mappings of weight files",
        "open files",
        "threads",
        "resident MB");
    services.forEach(
        (service, outcome) -> {
          add(page, service + ", before", outcome.before());
          add(page, service + ", after", outcome.after());
          add(page, service + ", closed", outcome.closed());
        });
  }

  private static void add(MarkdownPage page, String moment, Held held) {
    page.row(
        "%s | %d | %s | %d | %d | %d | %.1f",
        moment,
        held.service().versions(),
        held.service().bytes() < 0
            ? "unknown"
            : String.format(Locale.ROOT, "%,d", held.service().bytes()),
        held.process().mappings(),
        held.process().openFiles(),
        held.process().threads(),
        held.process().residentBytes() / 1e6);
  }
}
