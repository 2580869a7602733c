package org.staccato.load.scenario;

import org.staccato.load.openloop.Requests;

/** Serves a model with two versions, and swaps them under load. */
public interface Service extends AutoCloseable {

  /** {@return its name in a report} */
  String name();

  /** {@return the prefix of the names of its files} */
  String filePrefix();

  /**
   * Creates the requests of a thread; called on that thread.
   *
   * @param thread the number of the thread
   * @param counts counts their answers
   * @return the requests
   * @throws Exception if they cannot be created
   */
  Requests newRequests(int thread, AnswerCounts counts) throws Exception;

  /**
   * Swaps to the other version; called by one thread, which serves no requests.
   *
   * @throws Exception if the other version cannot be served
   */
  void swap() throws Exception;

  /** {@return the resources that the service holds at the moment} */
  Holdings holdings();

  /**
   * The resources of a service.
   *
   * @param versions the number of versions in memory
   * @param bytes the bytes of weights, −1 if unknown
   */
  record Holdings(int versions, long bytes) {}

  @Override
  void close();
}
