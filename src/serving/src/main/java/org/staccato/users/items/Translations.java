package org.staccato.users.items;

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
 * The translations of the versions that may answer: the one that is being loaded, the current one,
 * the one before it, and those that are still read. A translation is made once, before its version
 * is published, and dropped after its version is retired. Thread-safe.
 */
public final class Translations implements CataloguePreparation, LiveListener {
  private final LiveModel live;
  private final ItemDictionary dictionary;

  /** Replaced, never changed. */
  private volatile Translation[] kept = {};

  /** The digest of the version that was loaded last, whether or not it is published. */
  private String loaded = "";

  /**
   * Creates translations; register them as a listener and then as a preparation of the model.
   *
   * @param live the model
   * @param dictionary numbers the items
   */
  public Translations(LiveModel live, ItemDictionary dictionary) {
    this.live = live;
    this.dictionary = dictionary;
  }

  @Override
  public void prepare(ModelVersion version, ItemKeys items, Pace pace) {
    // A table keeps items, from which it could not make states of such a version.
    version.specification().requireItemsAlone();
    noteLoaded(version.digest());
    if (find(version.digest()) == null) {
      keep(dictionary.translate(version.digest(), items, similar(items.kind()), pace));
    }
  }

  /** Drops the version that was loaded before, unless it is served: it will never be published. */
  private synchronized void noteLoaded(String digest) {
    String before = loaded;
    loaded = digest;
    dropUnlessServed(before);
  }

  @Override
  public synchronized void retired(ModelVersion version) {
    dropUnlessServed(version.digest());
  }

  private void dropUnlessServed(String digest) {
    boolean served =
        digest.equals(loaded)
            || digest.equals(live.version().digest())
            || live.previousVersion().map(before -> before.digest().equals(digest)).orElse(false);
    if (!served) {
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

  /** Returns the newest translation with keys of a kind. */
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
   * Returns the translation for a version that a reader has acquired. It is translated by now,
   * except if two publications came while the reader acquired it.
   *
   * @param version the version
   * @param items its keys
   * @return its translation
   * @throws IllegalStateException if the dictionary is full
   */
  public Translation of(ModelVersion version, ItemKeys items) {
    Translation found = find(version.digest());
    if (found == null) {
      found = dictionary.translate(version.digest(), items, similar(items.kind()), Pace.full());
      keep(found);
    }
    return found;
  }

  /**
   * Tells whether a version is the one that was published last.
   *
   * @param digest the digest of the version
   * @return whether it answers, or answered when the model was closed
   */
  public boolean isCurrent(String digest) {
    return digest.equals(live.version().digest());
  }

  /** Returns the number of translations that are kept. */
  int size() {
    return kept.length;
  }
}
