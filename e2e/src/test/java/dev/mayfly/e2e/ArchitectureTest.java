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
import java.util.Arrays;
import java.util.List;

/** The arrows of docs/architecture.md. Rooms that are missing on the right of a rule must not be known on its left. */
@AnalyzeClasses(packages = "dev.mayfly", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    private static final String CONTROL_PLANE = "dev.mayfly.(*)..";

    @ArchTest
    static final ArchRule noCycles = slices().matching(CONTROL_PLANE).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule postgres = only("postgres");

    @ArchTest
    static final ArchRule engine = only("engine", "postgres");

    @ArchTest
    static final ArchRule pipeline = only("pipeline", "engine", "cluster", "capacity");

    @ArchTest
    static final ArchRule cluster = only("cluster", "capacity", "engine", "postgres");

    @ArchTest
    static final ArchRule capacity = only("capacity");

    @ArchTest
    static final ArchRule artifact = only("artifact");

    @ArchTest
    static final ArchRule packages = only("packages", "postgres");

    @ArchTest
    static final ArchRule search = only("search");

    @ArchTest
    static final ArchRule tracking = only("tracking", "search", "postgres");

    @ArchTest
    static final ArchRule registry = only("registry", "tracking", "artifact", "search", "postgres");

    @ArchTest
    static final ArchRule retraining =
            only("retraining", "pipeline", "engine", "cluster", "packages", "tracking", "registry", "postgres");

    @ArchTest
    static final ArchRule webhook = only("webhook", "tracking", "postgres");

    @ArchTest
    static final ArchRule mlflow = only("mlflow", "tracking", "registry", "artifact", "search", "webhook");

    @ArchTest
    static final ArchRule retention = only("retention", "tracking", "registry", "artifact");

    @ArchTest
    static final ArchRule web =
            only("web", "retraining", "pipeline", "engine", "cluster", "tracking", "registry", "retention");

    @ArchTest
    static final ArchRule cli = only("cli", "jobs.scorer");

    @ArchTest
    static final ArchRule fakeCloud = only("fakecloud");

    @ArchTest
    static final ArchRule jobs = only("jobs");

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
            .resideInAnyPackage("org.apache.spark..", "dev.mayfly.jobs.train..", "dev.mayfly.jobs.report..");

    @ArchTest
    static final ArchRule jobsOfOneRoomEach =
            slices().matching("dev.mayfly.jobs.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule providersAreMetOnlyByTheCompositionRoot = noClasses()
            .that()
            .resideOutsideOfPackages("dev.mayfly.app..", "dev.mayfly.cluster.*..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.mayfly.cluster.*..");

    @ArchTest
    static final ArchRule objectStorageIsReachedInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackage("dev.mayfly.artifact..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon.awssdk..");

    @ArchTest
    static final ArchRule nobodyKnowsTheCompositionRoot = noClasses()
            .that()
            .resideOutsideOfPackage("dev.mayfly.app..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.mayfly.app..");

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
            .resideInAnyPackage(
                    "dev.mayfly.engine..",
                    "dev.mayfly.retraining..",
                    "dev.mayfly.tracking..",
                    "dev.mayfly.registry..",
                    "dev.mayfly.capacity",
                    "dev.mayfly.cluster",
                    "dev.mayfly.cluster.yandex",
                    "dev.mayfly.mlflow..",
                    "dev.mayfly.packages..")
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
            .resideOutsideOfPackages("dev.mayfly.mlflow..", "dev.mayfly.web..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml.jackson.annotation..");

    @ArchTest
    static final ArchRule noJunkDrawers =
            noClasses().should().resideInAnyPackage("..util..", "..common..", "..helper..", "..impl..", "..service..");

    /** A room, its leaves included, may know itself and the given rooms, and of Mayfly nothing else. */
    private static ArchRule only(String room, String... others) {
        List<String> allowed = Arrays.asList(others);
        return classes()
                .that()
                .resideInAPackage("dev.mayfly." + room + "..")
                .should(new ArchCondition<JavaClass>("know only " + room + " and " + allowed) {
                    @Override
                    public void check(JavaClass item, ConditionEvents events) {
                        item.getDirectDependenciesFromSelf().forEach(dependency -> {
                            String target = dependency.getTargetClass().getPackageName();
                            String known = target.startsWith("dev.mayfly.") ? target.split("\\.", -1)[2] : room;
                            boolean isAllowed = allowed.contains(known)
                                    || allowed.stream().anyMatch(other -> target.equals("dev.mayfly." + other));
                            if (!known.equals(room) && !isAllowed) {
                                events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                            }
                        });
                    }
                });
    }

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
