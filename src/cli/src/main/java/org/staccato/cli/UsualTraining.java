package org.staccato.cli;

import java.util.ListResourceBundle;
import java.util.Map;
import org.staccato.trainer.learn.TrainingOptions;

/**
 * The default training options for help texts, by the names of the components of {@link
 * TrainingOptions}, such as {@code stopping.epochs}.
 */
final class UsualTraining extends ListResourceBundle {
  /** Keeps the names apart from those under which picocli looks for the texts of an option. */
  private static final String PREFIX = "usual.";

  UsualTraining() {}

  @Override
  protected Object[][] getContents() {
    Map<String, Object> ofLong = Components.flat(TrainingOptions.forLongSequences());
    Map<String, Object> ofShort = Components.flat(TrainingOptions.forShortSessions());
    return ofLong.entrySet().stream()
        .map(
            each -> {
              String usual = each.getValue().toString();
              String other = String.valueOf(ofShort.get(each.getKey()));
              String text = usual.equals(other) ? usual : usual + "; for short sequences " + other;
              return new Object[] {PREFIX + each.getKey().replace(' ', '.'), text};
            })
        .toArray(Object[][]::new);
  }
}
