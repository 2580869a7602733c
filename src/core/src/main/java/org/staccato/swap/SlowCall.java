package org.staccato.swap;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/**
 * A call, or an acquired version, that took longer than a threshold. Reused by its lease. Disabled
 * unless a recording enables it: reading the clock twice a call takes a quarter of the time of the
 * smallest step.
 */
@Name("org.staccato.SlowCall")
@Label("Slow Call")
@Description("A call to a scorer, or the time between acquire and release, above the threshold")
@Category("Staccato")
@Enabled(false)
@Threshold("1 ms")
@StackTrace(true)
final class SlowCall extends Event {}
