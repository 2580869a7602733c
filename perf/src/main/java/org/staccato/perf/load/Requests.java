package org.staccato.perf.load;

/** The requests of one thread; confined to it. */
@FunctionalInterface
public interface Requests {

  /**
   * Serves one request. Allocates nothing once it is warm.
   *
   * @param number how many this object has served before
   * @throws Exception if the request fails, which is counted
   */
  void serve(long number) throws Exception;
}
