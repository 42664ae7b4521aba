package dev.mayfly.e2e;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The arrows of docs/architecture.md. */
@AnalyzeClasses(packages = "dev.mayfly", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    private static final String CONTROL_PLANE = "dev.mayfly.(*)..";

    @ArchTest
    static final ArchRule noCycles = slices().matching(CONTROL_PLANE).should().beFreeOfCycles();

    /**
     * The arrows: each room with those that it may know, leaves apart from what they are leaves of. {@code jobs} is one room to the
     * others. A room that is not here does not exist.
     */
    static final Map<String, Set<String>> ROOMS = Map.ofEntries(
            room("api"),
            room("access", "api", "problem"),
            room("account", "api", "access", "audit", "problem", "digest", "postgres"),
            room("account.oidc", "account", "access", "api", "configuration", "problem"),
            room("audit", "access", "postgres"),
            room(
                    "page",
                    "page.picture",
                    "account",
                    "account.oidc",
                    "access",
                    "api",
                    "artifact",
                    "audit",
                    "capacity",
                    "cluster",
                    "digest",
                    "engine",
                    "http",
                    "lineage",
                    "log",
                    "packages",
                    "pipeline",
                    "problem",
                    "registry",
                    "retraining",
                    "search",
                    "slice",
                    "task",
                    "tracking"),
            room("page.picture"),
            room("problem", "api"),
            room("digest"),
            room("secret", "configuration"),
            room("postgres"),
            room("postgres.embedded", "problem"),
            room("http", "api", "access", "problem", "configuration", "postgres"),
            room("lineage", "engine", "tracking", "registry", "task", "retraining"),
            room("engine", "postgres"),
            room("maintenance", "postgres"),
            room("configuration"),
            room("capacity", "configuration"),
            room("artifact", "configuration", "digest"),
            room("idempotency", "problem", "postgres"),
            room("search", "problem", "access"),
            room("cluster", "problem", "digest", "capacity", "engine", "postgres", "access", "audit"),
            room("cluster.local", "digest", "cluster", "capacity"),
            room("cluster.yandex", "configuration", "digest", "cluster", "capacity"),
            room("packages", "configuration", "problem", "digest", "engine", "artifact", "postgres", "access", "audit"),
            room("pypi", "api", "access", "http", "problem", "digest", "artifact", "packages"),
            room("log", "artifact", "engine", "cluster"),
            room("pipeline", "problem", "digest", "engine", "cluster", "capacity", "packages", "slice"),
            room("slice", "configuration", "problem", "engine", "postgres", "access", "audit"),
            room("tracking", "problem", "idempotency", "search", "postgres", "access", "audit"),
            room("registry", "problem", "idempotency", "search", "artifact", "postgres", "access", "audit"),
            room("webhook", "configuration", "problem", "secret", "postgres", "access", "audit"),
            room("retention", "configuration", "tracking", "registry", "artifact", "access"),
            room("reaper", "cluster", "tracking", "access"),
            room("task", "problem", "engine", "cluster", "pipeline", "slice", "tracking"),
            room(
                    "task.spark",
                    "api",
                    "account",
                    "problem",
                    "secret",
                    "digest",
                    "slice",
                    "engine",
                    "cluster",
                    "packages",
                    "log",
                    "pipeline",
                    "tracking",
                    "registry",
                    "task",
                    "access"),
            room("task.promote", "problem", "engine", "pipeline", "tracking", "registry", "task", "access"),
            room(
                    "retraining",
                    "api",
                    "problem",
                    "digest",
                    "engine",
                    "cluster",
                    "packages",
                    "pipeline",
                    "slice",
                    "tracking",
                    "task",
                    "postgres",
                    "access",
                    "audit"),
            room(
                    "mlflow",
                    "problem",
                    "digest",
                    "idempotency",
                    "search",
                    "tracking",
                    "registry",
                    "artifact",
                    "webhook",
                    "api",
                    "access",
                    "http"),
            room(
                    "web",
                    "account",
                    "audit",
                    "problem",
                    "digest",
                    "artifact",
                    "packages",
                    "engine",
                    "cluster",
                    "maintenance",
                    "pipeline",
                    "slice",
                    "log",
                    "registry",
                    "task",
                    "retraining",
                    "retention",
                    "api",
                    "access",
                    "http",
                    "lineage",
                    "tracking"),
            room(
                    "app",
                    "pypi",
                    "account",
                    "account.oidc",
                    "page",
                    "audit",
                    "api",
                    "configuration",
                    "problem",
                    "secret",
                    "postgres",
                    "engine",
                    "maintenance",
                    "capacity",
                    "artifact",
                    "idempotency",
                    "cluster",
                    "cluster.local",
                    "cluster.yandex",
                    "packages",
                    "log",
                    "pipeline",
                    "slice",
                    "tracking",
                    "registry",
                    "webhook",
                    "retention",
                    "reaper",
                    "task",
                    "task.spark",
                    "task.promote",
                    "retraining",
                    "mlflow",
                    "web",
                    "access",
                    "http",
                    "lineage",
                    "postgres.embedded"),
            room("cli", "jobs.scorer", "api"),
            room("fakecloud"),
            room("jobs", "jobs.scorer"),
            room("jobs.scorer"));

    @ArchTest
    static final ArchRule everyPackageIsInARoom = classes()
            .that()
            .resideInAPackage("dev.mayfly..")
            .should(new ArchCondition<JavaClass>("be in a room of the table") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                    if (roomOf(item).isEmpty()) {
                        events.add(SimpleConditionEvent.violated(item, item.getName() + " is in no room"));
                    }
                }
            });

    @ArchTest
    static final ArchRule roomsKnowOnlyWhatTheyMay = classes()
            .that()
            .resideInAPackage("dev.mayfly..")
            .should(new ArchCondition<JavaClass>("know only the rooms that the table allows") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                    roomOf(item)
                            .ifPresent(room -> item.getDirectDependenciesFromSelf()
                                    .forEach(dependency -> {
                                        Optional<String> other = roomOf(dependency.getTargetClass());
                                        boolean isAllowed = other.map(some -> some.equals(room)
                                                        || ROOMS.get(room).contains(some))
                                                .orElse(true);
                                        if (!isAllowed) {
                                            events.add(SimpleConditionEvent.violated(
                                                    dependency, dependency.getDescription()));
                                        }
                                    }));
                }
            });

    private static Map.Entry<String, Set<String>> room(String name, String... others) {
        return Map.entry(name, Set.of(others));
    }

    /** The room that a class is in; the leaf, if it is in one. */
    static Optional<String> roomOf(JavaClass type) {
        String room = type.getPackageName().replaceFirst("^dev\\.mayfly\\.?", "");
        boolean isOurs = type.getPackageName().startsWith("dev.mayfly");
        while (isOurs && !room.isEmpty() && !ROOMS.containsKey(room)) {
            room = room.contains(".") ? room.substring(0, room.lastIndexOf('.')) : "";
        }
        return isOurs && !room.isEmpty() ? Optional.of(room) : Optional.empty();
    }

    @ArchTest
    static final ArchRule theScorerNeedsNothingButTheJdk = classes()
            .that()
            .resideInAPackage("dev.mayfly.jobs.scorer..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.mayfly.jobs.scorer..", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule figuresNeedNoSpark = noClasses()
            .that()
            .resideInAPackage("dev.mayfly.jobs.measure..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.spark..", "dev.mayfly.jobs.train..", "dev.mayfly.jobs.tracking..");

    @ArchTest
    static final ArchRule jobsOfOneRoomEach =
            slices().matching("dev.mayfly.jobs.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule objectStorageIsReachedInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackage("dev.mayfly.artifact..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon.awssdk..");

    @ArchTest
    static final ArchRule sqlLivesInStores = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Store")
            .and(not(nestedInAStore()))
            .and()
            .resideOutsideOfPackages("dev.mayfly.postgres..", "dev.mayfly.search..")
            .should()
            .dependOnClassesThat(resideInAPackage("java.sql..").or(resideInAPackage("org.jdbi.v3.core.statement..")));

    @ArchTest
    static final ArchRule timeIsInjected = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.mayfly.app..",
                    "dev.mayfly.cluster.local..", // files and processes have the time of the machine
                    "dev.mayfly.cli..",
                    "dev.mayfly.fakecloud..",
                    "dev.mayfly.jobs..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule classesAreClosed = classes()
            .that()
            .areTopLevelClasses()
            .and()
            .areNotInterfaces()
            .and()
            .areNotEnums()
            .and()
            .doNotHaveModifier(ABSTRACT)
            .should()
            .haveModifier(FINAL);

    @ArchTest
    static final ArchRule jacksonAnnotationsAreForWireShapes = noClasses()
            .that()
            .resideOutsideOfPackages("dev.mayfly.mlflow..", "dev.mayfly.api..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml.jackson.annotation..");

    @ArchTest
    static final ArchRule noJunkDrawers =
            noClasses().should().resideInAnyPackage("..util..", "..common..", "..helper..", "..impl..", "..service..");

    private static DescribedPredicate<JavaClass> nestedInAStore() {
        return DescribedPredicate.describe(
                "nested in a store",
                type -> type.getEnclosingClass()
                        .map(outer -> outer.getSimpleName().endsWith("Store"))
                        .orElse(false));
    }

    private static DescribedPredicate<JavaClass> not(DescribedPredicate<JavaClass> predicate) {
        return DescribedPredicate.not(predicate);
    }
}
