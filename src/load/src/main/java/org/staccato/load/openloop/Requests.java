package org.staccato.load.openloop;

/** The requests of one thread; confined to it. */
@FunctionalInterface
public interface Requests {

  /**
   * Serves one request. Allocates nothing once it is warm.
   *
   * @param number the number of the request in its run, 0 for the first
   * @throws Exception if the request fails; the loop counts the failure and goes on
   */
  void serve(long number) throws Exception;
}
