package dev.mayfly.packages;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code package}. */
final class PackageStore {

    private PackageStore() {}

    static void put(Handle tx, String name, String hash, long bytes, Instant now) {
        tx.createUpdate("""
                        insert into package (name, hash, bytes, stored_at) values (:name, :hash, :bytes, :now)
                        on conflict (name, hash) do update set stored_at = excluded.stored_at""")
                .bind("name", name)
                .bind("hash", hash)
                .bind("bytes", bytes)
                .bind("now", now)
                .execute();
    }

    static Optional<String> newestHash(Handle tx, String name) {
        return tx.createQuery("select hash from package where name = :name order by stored_at desc limit 1")
                .bind("name", name)
                .mapTo(String.class)
                .findOne();
    }
}
