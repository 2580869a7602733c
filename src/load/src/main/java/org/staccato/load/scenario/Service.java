package org.staccato.load.scenario;

import org.staccato.load.openloop.Requests;

/** Something that serves a model of which there are two versions, and swaps them under load. */
public interface Service extends AutoCloseable {

  /** {@return how it is called in a report} */
  String name();

  /** {@return what the names of its files begin with} */
  String filePrefix();

  /**
   * Creates the requests of a thread; called on that thread.
   *
   * @param thread the number of the thread
   * @param counts counts their answers
   * @return the requests
   * @throws Exception if they cannot be had
   */
  Requests newRequests(int thread, AnswerCounts counts) throws Exception;

  /**
   * Replaces the version that is served by the other one; called by one thread that serves no
   * requests.
   *
   * @throws Exception if the other version cannot be served
   */
  void swap() throws Exception;

  /** {@return what it holds at the moment} */
  Holdings holdings();

  /**
   * What a service holds.
   *
   * @param versions the versions in memory
   * @param bytes the bytes of weights, −1 if unknown
   */
  record Holdings(int versions, long bytes) {}

  @Override
  void close();
}
