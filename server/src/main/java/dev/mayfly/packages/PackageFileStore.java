package dev.mayfly.packages;

import dev.mayfly.access.Scope;
import dev.mayfly.digest.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The tables {@code package_file}, {@code pipeline_package} and {@code run_package}. */
final class PackageFileStore {

    private PackageFileStore() {}

    /** Holds back others that store or delete the same package, until the transaction ends. */
    static void lock(Handle tx, PackageKind kind, String name) {
        tx.createQuery("select pg_advisory_xact_lock(hashtextextended(:name, 14))::text")
                .bind("name", kind.word() + ":" + name)
                .mapTo(String.class)
                .one();
    }

    /** Adds a file; takes the place of one of the same name in its version. */
    static void put(Handle tx, PackageFile file) {
        tx.createUpdate("""
                        insert into package_file (kind, name, version, file, hash, bytes, stored_at, stored_by,
                          requires_python, metadata_hash)
                        values (:kind, :name, :version, :file, :hash, :bytes, :at, :by, :requires, :metadata)
                        on conflict (kind, name, version, file) do update
                          set hash = excluded.hash, bytes = excluded.bytes, stored_at = excluded.stored_at""")
                .bind("kind", file.key().kind().word())
                .bind("name", file.key().name())
                .bind("version", file.key().version())
                .bind("file", file.file())
                .bind("hash", file.digest().hex())
                .bind("bytes", file.bytes())
                .bind("at", file.stored().at())
                .bind("by", file.stored().by())
                .bind(
                        "requires",
                        file.python().flatMap(PackageFile.Python::requires).orElse(null))
                .bind(
                        "metadata",
                        file.python()
                                .flatMap(PackageFile.Python::metadata)
                                .map(Sha256::hex)
                                .orElse(null))
                .execute();
    }

    /** The files of a package, by their names. */
    static List<PackageFile> files(Handle tx, PackageKind kind, String name) {
        return tx.createQuery("select * from package_file where kind = :kind and name = :name order by file")
                .bind("kind", kind.word())
                .bind("name", name)
                .map((row, context) -> file(row))
                .list();
    }

    /** The files of all packages of a scope, by kind, name and file. */
    static List<PackageFile> all(Handle tx, Scope scope) {
        return tx.createQuery("""
                        select * from package_file where :all or name like any (:like) order by kind, name, file""")
                .bind("all", scope.isEverything())
                .bindArray("like", String.class, scope.like())
                .map((row, context) -> file(row))
                .list();
    }

    static void deletePackage(Handle tx, PackageKind kind, String name) {
        tx.createUpdate("delete from package_file where kind = :kind and name = :name")
                .bind("kind", kind.word())
                .bind("name", name)
                .execute();
    }

    static void yank(Handle tx, PackageKey key, Optional<String> reason) {
        tx.createUpdate("""
                        update package_file set yanked = :reason
                        where kind = :kind and name = :name and version = :version""")
                .bind("reason", reason.orElse(null))
                .bind("kind", key.kind().word())
                .bind("name", key.name())
                .bind("version", key.version())
                .execute();
    }

    static void delete(Handle tx, PackageKey key) {
        tx.createUpdate("delete from package_file where kind = :kind and name = :name and version = :version")
                .bind("kind", key.kind().word())
                .bind("name", key.name())
                .bind("version", key.version())
                .execute();
    }

    /** Whether a package, a run or a pipeline's text has bytes of a digest. */
    static boolean isUsed(Handle tx, Sha256 digest) {
        return tx.createQuery("""
                        select exists (select from package_file where hash = :hash or metadata_hash = :hash)
                          or exists (select from run_package where hash = :hash)
                          or exists (select from pipeline_version where files like '%' || :hash || '%')""")
                .bind("hash", digest.hex())
                .mapTo(Boolean.class)
                .one();
    }

    /** How many runs have used a file of a version. */
    static long runsOf(Handle tx, PackageKey key) {
        return tx.createQuery("""
                        select count(distinct r.run_id) from run_package r
                        where split_part(r.reference, '==', 1) = :reference
                          and r.hash in (select hash from package_file
                            where kind = :kind and name = :name and version = :version)""")
                .bind("reference", key.kind().word() + ":" + key.name())
                .bind("kind", key.kind().word())
                .bind("name", key.name())
                .bind("version", key.version())
                .mapTo(Long.class)
                .one();
    }

    /** A pipeline that names a package; the version is empty if it wants the latest. */
    record Mention(String pipeline, String version) {}

    static List<Mention> mentions(Handle tx, PackageKind kind, String name) {
        return tx.createQuery("""
                        select pipeline, version from pipeline_package
                        where kind = :kind and name = :name order by pipeline, version""")
                .bind("kind", kind.word())
                .bind("name", name)
                .map((row, context) -> new Mention(row.getString("pipeline"), row.getString("version")))
                .list();
    }

    static void setMentions(Handle tx, String pipeline, Set<PackageReference> references) {
        tx.createUpdate("delete from pipeline_package where pipeline = :pipeline")
                .bind("pipeline", pipeline)
                .execute();
        for (PackageReference reference : references) {
            tx.createUpdate("""
                            insert into pipeline_package (pipeline, kind, name, version)
                            values (:pipeline, :kind, :name, :version)""")
                    .bind("pipeline", pipeline)
                    .bind("kind", reference.kind().word())
                    .bind("name", reference.name())
                    .bind("version", reference.version().orElse(""))
                    .execute();
        }
    }

    private static PackageFile file(ResultSet row) throws SQLException {
        PackageKind kind = PackageKind.of(row.getString("kind")).orElseThrow();
        Optional<PackageFile.Python> python = kind == PackageKind.PYTHON
                ? Optional.of(new PackageFile.Python(
                        Optional.ofNullable(row.getString("requires_python")),
                        Optional.ofNullable(row.getString("metadata_hash")).map(Sha256::new)))
                : Optional.empty();
        return new PackageFile(
                new PackageKey(kind, row.getString("name"), row.getString("version")),
                row.getString("file"),
                new Sha256(row.getString("hash")),
                row.getLong("bytes"),
                new PackageFile.Stored(row.getTimestamp("stored_at").toInstant(), row.getString("stored_by")),
                Optional.ofNullable(row.getString("yanked")),
                python);
    }
}
