/**
 * Features of items: how a table of categories, words and numbers becomes sparse rows of features.
 */
@NullMarked
package org.staccato.trainer.feature;

import org.jspecify.annotations.NullMarked;
