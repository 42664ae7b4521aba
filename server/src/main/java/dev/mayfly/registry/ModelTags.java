package dev.mayfly.registry;

import dev.mayfly.access.Actor;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.EntityKey;
import dev.mayfly.problem.TextLimit;
import java.util.Map;

/** Tags of models and versions. Every method is one transaction. Thread-safe. */
public final class ModelTags {

    static final TextLimit VALUE = new TextLimit("tag value", 100_000);

    private final Database database;
    private final RegistryEvents events;

    ModelTags(Database database, RegistryEvents events) {
        this.database = database;
        this.events = events;
    }

    public void setOfModel(Actor actor, String name, String key, String value) {
        EntityKey.checkTags(Map.of(key, value), VALUE);
        database.useTransaction(tx -> {
            ModelRegistry.existing(tx, name);
            ModelStore.putTag(tx, name, key, value);
        });
    }

    public void deleteOfModel(Actor actor, String name, String key) {
        EntityKey.check("tag", key);
        database.useTransaction(tx -> {
            ModelRegistry.existing(tx, name);
            ModelStore.deleteTag(tx, name, key);
        });
    }

    public void setOfVersion(Actor actor, ModelVersion.Key version, String key, String value) {
        EntityKey.checkTags(Map.of(key, value), VALUE);
        database.useTransaction(tx -> {
            ModelRegistry.existing(tx, version);
            VersionStore.putTag(tx, version, key, value);
            Map<String, Object> data = ModelRegistry.told(version);
            data.put("key", key);
            data.put("value", value);
            events.publish(tx, "model_version_tag", "set", data);
        });
    }

    public void deleteOfVersion(Actor actor, ModelVersion.Key key, String tag) {
        EntityKey.check("tag", tag);
        database.useTransaction(tx -> {
            ModelRegistry.existing(tx, key);
            VersionStore.deleteTag(tx, key, tag);
            Map<String, Object> data = ModelRegistry.told(key);
            data.put("key", tag);
            events.publish(tx, "model_version_tag", "deleted", data);
        });
    }
}
