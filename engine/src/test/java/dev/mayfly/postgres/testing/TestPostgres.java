package dev.mayfly.postgres.testing;

import dev.mayfly.postgres.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;

/**
 * One real PostgreSQL server for all tests of a JVM, started on first use; each caller gets a database of its own. Its
 * sessions are not in UTC, so that code that depends on the session's time zone fails a test.
 */
public final class TestPostgres {

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final Map<String, String> TEMPLATES = new ConcurrentHashMap<>();

    private TestPostgres() {}

    private static final class Holder {
        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "200")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * A new database with the tables of some owners, see {@link Database#migrate}; the caller closes it. The first with
     * these owners in this JVM is migrated, the others are copies of it.
     */
    public static Database database(String... owners) {
        return Database.connect(url(owners), 10);
    }

    /**
     * A new database with the tables of one owner at an old version, as an upgrade finds them. The caller closes it.
     */
    public static Database database(String owner, int version) {
        String url = url();
        Flyway.configure()
                .dataSource(url, null, null)
                .locations("classpath:db/" + owner)
                .table("migrations_" + owner)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .target(Integer.toString(version))
                .load()
                .migrate();
        return Database.connect(url, 10);
    }

    /** The JDBC URL of a new database like {@link #database(String...)}. */
    public static String url(String... owners) {
        return owners.length == 0
                ? create("template0")
                : create(TEMPLATES.computeIfAbsent(String.join("_", owners), kind -> template(kind, owners)));
    }

    private static String template(String kind, String... owners) {
        String name = kind + "_" + DATABASES.incrementAndGet();
        try (Database database = Database.connect(create("template0", name), 2)) {
            for (String owner : owners) {
                database.migrate(owner);
            }
        }
        return name;
    }

    private static String create(String template) {
        return create(template, "test_" + DATABASES.incrementAndGet());
    }

    private static String create(String template, String name) {
        try (var connection = Holder.SERVER.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create database " + name + " template " + template);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return Holder.SERVER.getJdbcUrl("postgres", name) + "&options=-c%20timezone=Asia/Kolkata";
    }
}
