package dev.mayfly.packages;

import dev.mayfly.digest.Sha256;
import dev.mayfly.engine.RunId;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The table {@code run_package}. */
final class RunPackageStore {

    private RunPackageStore() {}

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
}
