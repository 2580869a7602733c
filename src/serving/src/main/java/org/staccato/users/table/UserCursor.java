package org.staccato.users.table;

/**
 * Walks through the users of a table, in no order. A user who is in the table all the time comes
 * once; one who is removed or added meanwhile may come, and come again. Each user is copied under
 * the lock of the stripe, so a request waits for the copy of one user at most. Confined to one
 * thread.
 */
public final class UserCursor {
  private final UserTable table;
  private final StoredUser user;
  private int place;
  private int slot;

  /**
   * Creates a cursor before the first user.
   *
   * @param table the table
   * @param user receives one user after the other
   */
  public UserCursor(UserTable table, StoredUser user) {
    this.table = table;
    this.user = user;
  }

  /**
   * Copies the next user.
   *
   * @return whether there was one
   * @throws IllegalStateException if the table is closed
   */
  public boolean next() {
    for (; place < UserTable.STRIPES; place++) {
      Stripe stripe = table.stripes().get(place);
      synchronized (stripe) {
        table.requireOpen();
        while (slot < stripe.limit()) {
          int next = slot++;
          if (stripe.holds(next)) {
            stripe.read(next, user);
            return true;
          }
        }
      }
      slot = 0;
    }
    return false;
  }
}
