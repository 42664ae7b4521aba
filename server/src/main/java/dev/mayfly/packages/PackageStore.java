package dev.mayfly.packages;

import dev.mayfly.digest.Sha256;
import dev.mayfly.engine.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code package}. */
final class PackageStore {

    private PackageStore() {}

    /** Stores a package; returns false if it was there already. */
    static boolean put(Handle tx, String name, String hash, long bytes, Instant now) {
        return tx.createQuery("""
                        insert into package (name, hash, bytes, stored_at) values (:name, :hash, :bytes, :now)
                        on conflict (name, hash) do update set stored_at = excluded.stored_at
                        returning xmax = 0""")
                .bind("name", name)
                .bind("hash", hash)
                .bind("bytes", bytes)
                .bind("now", now)
                .mapTo(Boolean.class)
                .one();
    }

    /** Records which bytes a run uses; what it used first stays. */
    static void pin(Handle tx, RunId run, Packages.Used used) {
        tx.createUpdate("""
                        insert into run_package (run_id, reference, name, hash) values (:run, :reference, :name, :hash)
                        on conflict do nothing""")
                .bind("run", run.value())
                .bind("reference", used.reference())
                .bind("name", used.name())
                .bind("hash", used.digest().hex())
                .execute();
    }

    /** What a run has used so far, by reference. */
    static List<Packages.Used> pins(Handle tx, RunId run) {
        return tx.createQuery("select * from run_package where run_id = :run order by reference")
                .bind("run", run.value())
                .map((row, context) -> new Packages.Used(
                        row.getString("reference"), row.getString("name"), new Sha256(row.getString("hash"))))
                .list();
    }

    static Optional<String> newestHash(Handle tx, String name) {
        return tx.createQuery("select hash from package where name = :name order by stored_at desc limit 1")
                .bind("name", name)
                .mapTo(String.class)
                .findOne();
    }
}
