package dev.mayfly.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.access.Actor;
import dev.mayfly.artifact.FolderArtifacts;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import dev.mayfly.problem.Refused;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromotionByHandTest {

    @TempDir
    private Path folder;

    private Database database;
    private ModelRegistry registry;

    @BeforeEach
    void open() {
        database = TestPostgres.database("server");
        registry =
                new ModelRegistry(database, new FolderArtifacts(folder), Clock.systemUTC(), RegistryEvents.NO_LISTENER);
        registry.create(Actor.OWNER, "fraud", "", Map.of());
        for (int n = 0; n < 3; n++) {
            registry.addVersion(Actor.OWNER, "fraud", ModelVersion.Origin.of("s3://b/" + n, null), "", Map.of());
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static ModelVersion.Key version(int number) {
        return new ModelVersion.Key("fraud", number);
    }

    private int champion() {
        return registry.byAlias("fraud", RegisteredModel.CHAMPION)
                .orElseThrow()
                .key()
                .version();
    }

    @Test
    void whatAPersonDecidesStandsInTheLogWithItsReason() {
        registry.promotions().promote(Actor.OWNER, version(1), "first model");
        registry.promotions().promote(Actor.OWNER, version(3), "asked for by the bank");

        assertThat(champion()).isEqualTo(3);
        Promotion last = registry.promotions().of("fraud", 10).get(0);
        assertThat(last.reason()).isEqualTo("by owner: asked for by the bank");
        assertThat(last.champion()).isEqualTo(1);
        assertThat(registry.version(version(3)).tags())
                .containsEntry(Promotions.TAG, "promoted: by owner: asked for by the bank");
    }

    @Test
    void aProtectedChampionIsSetByPromotionsAlone() {
        registry.setAlias(Actor.OWNER, version(1), RegisteredModel.CHAMPION);
        registry.promotions().protect(Actor.OWNER, "fraud", true);

        assertThatThrownBy(() -> registry.setAlias(Actor.OWNER, version(2), RegisteredModel.CHAMPION))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("'champion' of model 'fraud'")
                .hasMessageContaining("mayfly model promote");
        assertThatThrownBy(() -> registry.deleteAlias(Actor.OWNER, "fraud", RegisteredModel.CHAMPION))
                .isInstanceOf(Refused.class);
        assertThat(champion()).isEqualTo(1);
        registry.setAlias(Actor.OWNER, version(2), "candidate");
        registry.promotions().promote(Actor.OWNER, version(3), "better");
        assertThat(champion()).isEqualTo(3);

        registry.promotions().protect(Actor.OWNER, "fraud", false);
        registry.setAlias(Actor.OWNER, version(2), RegisteredModel.CHAMPION);
        assertThat(champion()).isEqualTo(2);
    }

    @Test
    void aRollbackGoesBackStepByStep() {
        registry.promotions().promote(Actor.OWNER, version(1), "a");
        registry.promotions().promote(Actor.OWNER, version(2), "b");
        registry.promotions().promote(Actor.OWNER, version(3), "c");

        registry.promotions().rollback(Actor.OWNER, "fraud", "too many false alarms");
        assertThat(champion()).isEqualTo(2);
        registry.promotions().rollback(Actor.OWNER, "fraud", "still");
        assertThat(champion()).isEqualTo(1);

        assertThatThrownBy(() -> registry.promotions().rollback(Actor.OWNER, "fraud", "further"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("no champion of fraud to go back to");
        assertThat(registry.promotions().of("fraud", 10)).hasSize(5);
    }

    @Test
    void whatCantBeIsRefusedAndChangesNothing() {
        registry.promotions().promote(Actor.OWNER, version(1), "a");

        assertThatThrownBy(() -> registry.promotions().promote(Actor.OWNER, version(1), "again"))
                .hasMessageContaining("is champion already");
        assertThatThrownBy(() -> registry.promotions().promote(Actor.OWNER, version(9), "x"))
                .hasMessageContaining("not found");
        assertThatThrownBy(() -> registry.promotions().promote(Actor.OWNER, version(2), " "))
                .hasMessageContaining("(expected: why");
        assertThatThrownBy(() -> registry.promotions().rollback(Actor.OWNER, "none", "x"))
                .hasMessageContaining("not found");
        registry.promotions().promote(Actor.OWNER, version(2), "b");
        registry.delete(Actor.OWNER, version(1));
        assertThatThrownBy(() -> registry.promotions().rollback(Actor.OWNER, "fraud", "x"))
                .hasMessageContaining("not found");

        assertThat(champion()).isEqualTo(2);
        assertThat(registry.promotions().of("fraud", 10)).hasSize(2);
    }
}
