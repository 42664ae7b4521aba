package dev.mayfly.jobs.train;

/**
 * The days of one training: a training week, the delay until its labels are known, and a test week; the last possible ones
 * of the data. Days are numbers since 1970. Immutable.
 */
final class Protocol {

    private final long firstTrainingDay;
    private final int trainDays;
    private final int delayDays;
    private final int testDays;

    /**
     * @throws IllegalArgumentException if the data does not span the days
     */
    Protocol(long firstDay, long lastDay, int trainDays, int delayDays, int testDays) {
        long needed = (long) trainDays + delayDays + testDays;
        if (lastDay - firstDay + 1 < needed) {
            throw new IllegalArgumentException(
                    "the data spans " + (lastDay - firstDay + 1) + " days (expected: at least " + needed
                            + " = training " + trainDays + " + delay " + delayDays + " + test " + testDays + ")");
        }
        this.firstTrainingDay = lastDay - needed + 1;
        this.trainDays = trainDays;
        this.delayDays = delayDays;
        this.testDays = testDays;
    }

    long firstTrainingDay() {
        return firstTrainingDay;
    }

    long firstDelayDay() {
        return firstTrainingDay + trainDays;
    }

    long firstTestDay() {
        return firstDelayDay() + delayDays;
    }

    long endOfTest() {
        return firstTestDay() + testDays;
    }

    /** The first day whose rows the features of the training days may depend on. */
    long firstHistoryDay() {
        return firstTrainingDay - Features.HISTORY_DAYS;
    }

    boolean isTraining(long day) {
        return day >= firstTrainingDay && day < firstDelayDay();
    }

    /**
     * Whether a customer's fraud on a day is known, and the customer thus out of the test, on a test day: fraud in training
     * is, and fraud in the delay that is a whole delay old.
     */
    boolean isKnownOn(long fraudDay, long testDay) {
        return isTraining(fraudDay) || (fraudDay >= firstDelayDay() && fraudDay < testDay - delayDays);
    }
}
