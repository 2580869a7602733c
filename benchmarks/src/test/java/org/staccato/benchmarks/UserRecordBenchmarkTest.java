package org.staccato.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The benchmarks of a record do the same steps, so their states are the same. */
class UserRecordBenchmarkTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 16})
  void allMakeTheSameStates(int users) throws IOException {
    UserRecordBenchmark benchmark = new UserRecordBenchmark();
    benchmark.size = 32;
    benchmark.users = users;
    benchmark.open();
    float before = benchmark.scores(0)[0];
    for (Runnable call :
        List.<Runnable>of(benchmark::inPlace, benchmark::copied, benchmark::record)) {
      benchmark.restart();
      for (int i = 0; i < 100; i++) {
        call.run();
      }
    }
    for (int user = 0; user < users; user++) {
      float[] scores = benchmark.scores(user);
      assertArrayEquals(new float[] {scores[0], scores[0], scores[0]}, scores, "user " + user);
    }
    assertNotEquals(before, benchmark.scores(0)[0]);
    benchmark.close();
  }
}
