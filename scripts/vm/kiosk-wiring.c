// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * What a board file or overlay of a wired kiosk would say: four LEDs of the kernel on lines 40-43 of the simulated chip, and the
 * kernel's beeper on channel 0 of a PWM chip. That chip is no hardware: it takes every period and duty cycle the PWM core lets
 * through, and the core tells them in debugfs and sysfs. Channel 1 is left for sysfs.
 */

#include <linux/err.h>
#include <linux/gpio/machine.h>
#include <linux/leds.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pwm.h>
#include <linux/regulator/machine.h>

#define HEADER "pinctrl-rp1"

static struct gpiod_lookup_table led_lines = {
	.dev_id = "leds-gpio",
	.table = {
		GPIO_LOOKUP_IDX(HEADER, 40, NULL, 0, GPIO_ACTIVE_HIGH),
		GPIO_LOOKUP_IDX(HEADER, 41, NULL, 1, GPIO_ACTIVE_HIGH),
		GPIO_LOOKUP_IDX(HEADER, 42, NULL, 2, GPIO_ACTIVE_HIGH),
		/* A relay board that is on when its input is low. */
		GPIO_LOOKUP_IDX(HEADER, 43, NULL, 3, GPIO_ACTIVE_LOW),
		{ }
	},
};

static const struct gpio_led leds[] = {
	{ .name = "kiosk-green" },
	{ .name = "kiosk-red" },
	{ .name = "kiosk-buzzer" },
	{ .name = "kiosk-relay" },
};

static const struct gpio_led_platform_data led_board = {
	.num_leds = ARRAY_SIZE(leds),
	.leds = leds,
};

static struct pwm_chip *tones;

static int accept(struct pwm_chip *chip, struct pwm_device *pwm, const struct pwm_state *state)
{
	return 0;
}

static const struct pwm_ops accepting = { .apply = accept };

/* The PWM core's own table of boards is closed to modules: pwm-beeper is built to ask here. */
struct pwm_device *kiosk_pwm_get(struct device *dev, const char *con_id);
struct pwm_device *kiosk_pwm_get(struct device *dev, const char *con_id)
{
	return tones ? &tones->pwms[0] : ERR_PTR(-EPROBE_DEFER);
}
EXPORT_SYMBOL_GPL(kiosk_pwm_get);

static int __init wire(void)
{
	struct platform_device *parent, *beeper, *lamps;
	struct pwm_chip *chip;
	int error;

	/* The beeper's amplifier needs no supply of its own. */
	regulator_has_full_constraints();
	gpiod_add_lookup_table(&led_lines);
	parent = platform_device_register_simple("kiosk-pwm", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	chip = pwmchip_alloc(&parent->dev, 2, 0);
	if (IS_ERR(chip))
		return PTR_ERR(chip);
	chip->ops = &accepting;
	error = pwmchip_add(chip);
	if (error)
		return error;
	tones = chip;
	beeper = platform_device_register_simple("pwm-beeper", PLATFORM_DEVID_NONE, NULL, 0);
	lamps = platform_device_register_data(NULL, "leds-gpio", PLATFORM_DEVID_NONE, &led_board, sizeof(led_board));
	return PTR_ERR_OR_ZERO(IS_ERR(beeper) ? beeper : lamps);
}
module_init(wire);

MODULE_DESCRIPTION("Wiring of a simulated kiosk");
MODULE_LICENSE("Dual MIT/GPL");
