package org.staccato.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.staccato.users.items.KeyHash;

/** Keys of users are the same in every release: snapshots hold them. */
class UserKeysTest {

  /** The FNV-1a values of the authors' test vectors, then the finaliser. */
  @Test
  void areThoseOfThePublishedFunction() {
    assertEquals(KeyHash.mix(0xcbf29ce484222325L), UserKeys.of(""));
    assertEquals(KeyHash.mix(0xaf63dc4c8601ec8cL), UserKeys.of("a"));
    assertEquals(KeyHash.mix(0x85944171f73967e8L), UserKeys.of("foobar"));
  }

  @Test
  void bytesAndTextAgree() {
    byte[] utf8 = "<größe>".getBytes(StandardCharsets.UTF_8);
    assertEquals(UserKeys.of("größe"), UserKeys.of(utf8, 1, utf8.length - 2));
    assertThrows(IndexOutOfBoundsException.class, () -> UserKeys.of(utf8, 1, utf8.length));
    assertThrows(IndexOutOfBoundsException.class, () -> UserKeys.of(utf8, 0, -1));
  }

  @Test
  void namesThatFollowEachOtherHaveDifferentKeys() {
    Set<Long> keys = new HashSet<>();
    int names = 1_000_000;
    for (int i = 0; i < names; i++) {
      keys.add(UserKeys.of("user-" + i + "@example.org"));
    }
    assertEquals(names, keys.size());
  }
}
