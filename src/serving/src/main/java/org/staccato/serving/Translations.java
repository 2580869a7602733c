package org.staccato.serving;

import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.format.ItemKeys;
import org.staccato.format.Pace;
import org.staccato.live.CataloguePreparation;
import org.staccato.live.LiveListener;
import org.staccato.live.ModelVersion;

/**
 * The translations of the versions that may answer: the one that is loaded next, the current one,
 * the one before, and those that are still being read. Each is made once, before its version is
 * published, and dropped after its version was retired. Thread-safe.
 */
final class Translations implements CataloguePreparation, LiveListener {
  private final LiveModel live;
  private final ItemDictionary dictionary;

  /** Replaced, never changed. */
  private volatile Translation[] kept = {};

  /** The digest of the version that was prepared last, which may not be published yet, or never. */
  private String prepared = "";

  Translations(LiveModel live, ItemDictionary dictionary) {
    this.live = live;
    this.dictionary = dictionary;
  }

  @Override
  public void prepare(ModelVersion version, ItemKeys items, Pace pace) {
    dropPrepared(version.digest());
    if (find(version.digest()) == null) {
      keep(dictionary.translate(version.digest(), items, similar(items.kind()), pace));
    }
  }

  /** What was prepared before and is not served is not going to be. */
  private synchronized void dropPrepared(String next) {
    String before = prepared;
    prepared = next;
    dropUnserved(before);
  }

  @Override
  public synchronized void retired(ModelVersion version) {
    dropUnserved(version.digest());
  }

  private void dropUnserved(String digest) {
    boolean serves =
        digest.equals(prepared)
            || digest.equals(live.version().digest())
            || live.previousVersion().map(before -> before.digest().equals(digest)).orElse(false);
    if (!serves) {
      kept =
          without(translation -> translation.digest().equals(digest)).toArray(Translation[]::new);
    }
  }

  private Stream<Translation> without(Predicate<Translation> dropped) {
    return Arrays.stream(kept).filter(dropped.negate());
  }

  private synchronized void keep(Translation translation) {
    kept =
        Stream.concat(
                Stream.of(translation),
                without(other -> other.digest().equals(translation.digest())))
            .toArray(Translation[]::new);
  }

  /** The translation of the version that came last of those with keys of a kind. */
  private @Nullable Translation similar(ItemKeys.Kind kind) {
    for (Translation translation : kept) {
      if (translation.kind() == kind) {
        return translation;
      }
    }
    return null;
  }

  private @Nullable Translation find(String digest) {
    for (Translation translation : kept) {
      if (translation.digest().equals(digest)) {
        return translation;
      }
    }
    return null;
  }

  /**
   * The translation for a version that a reader holds. It is there, unless the version was acquired
   * at the moment in which two others took its place.
   */
  Translation of(ModelVersion version, ItemKeys items) {
    Translation found = find(version.digest());
    if (found == null) {
      found = dictionary.translate(version.digest(), items, similar(items.kind()), Pace.full());
      keep(found);
    }
    return found;
  }

  /** How many translations are kept. */
  int size() {
    return kept.length;
  }
}
