package dev.mayfly.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;

/**
 * A PostgreSQL database behind a connection pool. Thread-safe. Its failures surface as JDBI's unchecked
 * exceptions; they leave nothing half done, since every change runs in a transaction.
 */
public final class Database implements AutoCloseable {

    private static final int HINT_CONNECTIONS = 6;
    private static final int SEARCH_CONNECTIONS = 6;
    private static final int WAIT_MILLIS = 10_000;
    private static final int SEARCH_WAIT_MILLIS = 3_000;
    private static final int LONGEST_STATEMENT_SECONDS = 10;

    /** For many short statements on an SSD: parallel workers and JIT compilation cost more than they save. */
    private static final String SETTINGS =
            "set max_parallel_workers_per_gather = 0; set jit = off; set random_page_cost"
                    + " = 1.1; set statement_timeout = '" + LONGEST_STATEMENT_SECONDS + "s'";

    private final HikariDataSource pool;
    private final HikariDataSource searches;
    private final HikariDataSource waker;
    private final Jdbi jdbi;
    private final Jdbi searchJdbi;
    private final String jdbcUrl;

    private Database(String jdbcUrl, HikariDataSource pool, HikariDataSource searches, HikariDataSource waker) {
        this.jdbcUrl = jdbcUrl;
        this.pool = pool;
        this.searches = searches;
        this.waker = waker;
        this.jdbi = quiet(pool);
        this.searchJdbi = quiet(searches);
    }

    /** Its errors show no statement and no argument: they go to logs, and among them may be a secret. */
    private static Jdbi quiet(DataSource source) {
        Jdbi jdbi = Jdbi.create(source);
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
        return jdbi;
    }

    /**
     * Connects to the database of a JDBC URL ({@code jdbc:postgresql://host:port/name?user=…}).
     *
     * @throws DatabaseUnavailable if no connection can be made within ten seconds
     */
    public static Database connect(String jdbcUrl, int connections) {
        HikariConfig config = config(jdbcUrl, "mayfly", connections);
        config.setConnectionInitSql(SETTINGS);
        HikariConfig searches = config(jdbcUrl, "mayfly-searches", SEARCH_CONNECTIONS);
        searches.setMinimumIdle(0);
        searches.setInitializationFailTimeout(-1);
        searches.setConnectionTimeout(SEARCH_WAIT_MILLIS);
        searches.setConnectionInitSql(SETTINGS);
        HikariConfig waker = config(jdbcUrl, "mayfly-waker", HINT_CONNECTIONS);
        waker.setMinimumIdle(1);
        waker.setConnectionInitSql(
                "set synchronous_commit to off; set statement_timeout = '" + LONGEST_STATEMENT_SECONDS + "s'");
        try {
            return new Database(
                    jdbcUrl, new HikariDataSource(config), new HikariDataSource(searches), new HikariDataSource(waker));
        } catch (RuntimeException e) {
            throw new DatabaseUnavailable(withoutSecrets(jdbcUrl), e);
        }
    }

    private static HikariConfig config(String jdbcUrl, String name, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setMaximumPoolSize(connections);
        config.setPoolName(name);
        config.addDataSourceProperty("logServerErrorDetail", "false"); // it holds the row that can't be stored
        config.setConnectionTimeout(WAIT_MILLIS);
        config.setInitializationFailTimeout(WAIT_MILLIS);
        config.setTransactionIsolation(
                "TRANSACTION_READ_COMMITTED"); // set once: set per transaction, it costs two round trips each
        return config;
    }

    /**
     * Migrates the tables of one owner ({@code db/<owner>/V*.sql} on the class path) under a lock; if they are up to
     * date, this costs one query. Uses its own connections, because a migration may exceed the statement timeout of the
     * pool's.
     */
    public void migrate(String owner) {
        if (isUpToDate(owner)) {
            return;
        }
        Flyway.configure(Database.class.getClassLoader())
                .dataSource(jdbcUrl, null, null)
                .locations("classpath:db/" + owner)
                .table("migrations_" + owner)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
    }

    private boolean isUpToDate(String owner) {
        int newest = Migrations.newest(owner);
        return read(tx -> {
            boolean isThere = tx.createQuery("select to_regclass(:table) is not null")
                    .bind("table", "migrations_" + owner)
                    .mapTo(Boolean.class)
                    .one();
            return isThere
                    && tx.createQuery("select exists (select 1 from migrations_" + owner
                                    + " where version = :version and success)"
                                    + " and not exists (select 1 from migrations_" + owner + " where not success)")
                            .bind("version", Integer.toString(newest))
                            .mapTo(Boolean.class)
                            .one();
        });
    }

    /**
     * Runs a piece of work in one transaction: committed when it returns, rolled back when it throws.
     *
     * @throws DatabaseUnavailable if no connection can be had
     * @throws UnstorableValue if {@code work} stores or searches for a value that PostgreSQL can't store
     */
    public <T> T inTransaction(Function<Handle, T> work) {
        try {
            return jdbi.inTransaction(work::apply);
        } catch (JdbiException e) {
            throw failure(e);
        }
    }

    /** Runs a query without a transaction: each statement sees what is committed when it begins. */
    public <T> T read(Function<Handle, T> query) {
        try {
            return jdbi.withHandle(query::apply);
        } catch (JdbiException e) {
            throw failure(e);
        }
    }

    /**
     * Runs a query that somebody's request makes as costly as it likes, on connections apart, so that nothing else waits
     * for it.
     *
     * @throws SearchFailed if there are too many at once, or it takes more than ten seconds
     */
    public <T> T search(Function<Handle, T> query) {
        try {
            return searchJdbi.withHandle(query::apply);
        } catch (JdbiException e) {
            throw SearchFailed.of(e, LONGEST_STATEMENT_SECONDS)
                    .map(RuntimeException.class::cast)
                    .orElseGet(() -> failure(e));
        }
    }

    /** Runs a piece of work in one transaction whose statements may take minutes: deletions of much. */
    public <T> T inLongTransaction(Function<Handle, T> work) {
        return inTransaction(tx -> {
            tx.execute("set local statement_timeout = '10min'");
            return work.apply(tx);
        });
    }

    /** Whether the database answers, on a connection apart from all others. Not thread-safe. */
    public Pulse pulse() {
        return new Pulse(jdbcUrl, withoutSecrets(jdbcUrl));
    }

    /**
     * Runs one statement that changes something. It is its own transaction, without round trips to begin and commit.
     */
    public <T> T inOneStatement(Function<Handle, T> statement) {
        return read(statement);
    }

    private RuntimeException failure(JdbiException failure) {
        if (failure instanceof ConnectionException || DatabaseUnavailable.isLost(failure)) {
            return new DatabaseUnavailable(withoutSecrets(jdbcUrl), failure);
        }
        return UnstorableValue.of(failure).map(RuntimeException.class::cast).orElse(failure);
    }

    /** Like {@link #inTransaction}, for work without a result. */
    public void useTransaction(Consumer<Handle> work) {
        inTransaction(tx -> {
            work.accept(tx);
            return true;
        });
    }

    /**
     * Connections whose commits do not wait for the disk: for rows that a crash of the database may lose, such as
     * wake-ups. Never for a record of what exists.
     */
    public DataSource asyncCommitSource() {
        return waker;
    }

    @Override
    public void close() {
        waker.close();
        searches.close();
        pool.close();
    }

    private static String withoutSecrets(String jdbcUrl) {
        return jdbcUrl.replaceAll("(?i)([a-z]*pass(?:word)?)=[^&]*", "$1=***").replaceAll("//[^/@?]*@", "//***@");
    }
}
