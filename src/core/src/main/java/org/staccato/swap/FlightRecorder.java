package org.staccato.swap;

import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.staccato.live.LiveListener;
import org.staccato.live.ModelVersion;
import org.staccato.live.Rejection;

/** Writes the events of models as events of the JDK Flight Recorder. */
@SuppressWarnings("UnusedVariable") // The recorder reads the fields.
public final class FlightRecorder implements LiveListener {

  /** Creates a listener, which costs nothing while no recording runs. */
  public FlightRecorder() {}

  @Override
  public void loaded(ModelVersion version, Duration time) {
    Load event = new Load();
    event.describe(version);
    event.bytes = version.bytes();
    event.time = time.toNanos();
    event.commit();
  }

  @Override
  public void published(ModelVersion version) {
    Publish event = new Publish();
    event.describe(version);
    event.commit();
  }

  @Override
  public void retired(ModelVersion version) {
    Retire event = new Retire();
    event.describe(version);
    event.commit();
  }

  @Override
  public void rejected(Rejection rejection) {
    Reject event = new Reject();
    event.path = rejection.path().toString();
    event.reason = rejection.reason();
    event.commit();
  }

  @Category("Staccato")
  @StackTrace(false)
  private abstract static class VersionEvent extends Event {
    @Label("Number")
    long number;

    @Label("Digest")
    String digest = "";

    @Label("Path")
    String path = "";

    void describe(ModelVersion version) {
      number = version.number();
      digest = version.digest();
      path = version.path().toString();
    }
  }

  @Name("org.staccato.Load")
  @Label("Model Load")
  private static final class Load extends VersionEvent {
    @Label("Bytes")
    @DataAmount
    long bytes;

    @Label("Time")
    @Timespan
    long time;
  }

  @Name("org.staccato.Publish")
  @Label("Model Publish")
  private static final class Publish extends VersionEvent {}

  @Name("org.staccato.Retire")
  @Label("Model Retire")
  private static final class Retire extends VersionEvent {}

  @Name("org.staccato.Reject")
  @Label("Model Reject")
  @Category("Staccato")
  @StackTrace(false)
  private static final class Reject extends Event {
    @Label("Path")
    String path = "";

    @Label("Reason")
    String reason = "";
  }
}
